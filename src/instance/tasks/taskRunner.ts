/** Where the scripts are mounted, and where tasks leave results for those after them. */
export interface TaskFolders {
  scripts: string;
  results: string;
}

/** As the pods of task Jobs have them. */
export const taskFolders: TaskFolders = {
  scripts: "/openedx-tasks/scripts",
  results: "/openedx-tasks/results",
};

/** Lines of a failed task's output that people are shown, and the most bytes of them: Kubernetes keeps 4096. */
const tailLines = 40;
const tailBytes = 3500;

/**
 * A POSIX script, `run TASK OWNER`, that runs `TASK.sh` as `sh -e` unless an earlier task failed.
 *
 * It always ends well: an init container that fails would end the pod at once, and nobody would see why, since only the
 * messages of a pod's main containers are shown. What failed is left for `report`. Output goes to the container's log
 * as it comes. It needs nothing but a shell; without `tee` the end of the log can't be kept.
 */
export function runScript({ scripts, results }: TaskFolders): string {
  return `task=$1 owner=$2
results='${results}'
if [ -e "$results/failed" ]; then
  echo "Not run, because another task failed: $(cat "$results/failed")"
  exit 0
fi
echo "Task $task ($owner)"
if command -v tee >/dev/null 2>&1; then
  { sh -e '${scripts}'/"$task.sh" 2>&1; echo $? >"$results/$task.code"; } | tee "$results/$task.log"
else
  sh -e '${scripts}'/"$task.sh" 2>&1
  echo $? >"$results/$task.code"
fi
read -r code <"$results/$task.code" || code=unknown
if [ "$code" = 0 ]; then
  rm -f "$results/$task.log"
  exit 0
fi
echo "$task" >"$results/failed.task"
echo "task $task ($owner) failed: exit code $code" >"$results/failed"
cat "$results/failed"
`;
}

/**
 * A POSIX script that says how the tasks ended, on standard output and, if given, in the file that Kubernetes takes as
 * the termination message. Ends with 1 if one failed. Only printable ASCII: a message in another encoding can't be
 * stored in a pod's status.
 */
export function reportScript({ results }: TaskFolders): string {
  return `results='${results}'
if [ ! -e "$results/failed" ]; then
  echo "All tasks are done."
  exit 0
fi
read -r task <"$results/failed.task"
message=$(
  cat "$results/failed"
  if [ -s "$results/$task.log" ]; then
    tail -n ${tailLines} "$results/$task.log" | tail -c ${tailBytes} | LC_ALL=C tr -cd '\\11\\12\\40-\\176'
  fi
)
printf '%s\\n' "$message"
if [ -n "$1" ]; then
  printf '%s\\n' "$message" >"$1"
fi
exit 1
`;
}
