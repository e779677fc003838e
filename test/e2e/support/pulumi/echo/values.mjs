// Values as they travel between the engine and a plugin: plain, but for two marks that the protocol has.

/** Stands for what a preview does not know. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

/** The value without marks of secrets. */
export function bare(value) {
  if (Array.isArray(value)) {
    return value.map(bare);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  if (value[signature] === secret) {
    return bare(value.value);
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, bare(each)]));
}

export function asSecret(value) {
  return { [signature]: secret, value };
}

/** The value with all that is in it unknown. */
export function hidden(value) {
  if (Array.isArray(value) || value === null || typeof value !== "object") {
    return unknown;
  }
  if (value[signature] === secret) {
    return asSecret(unknown);
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hidden(each)]));
}

function isMap(value) {
  return (
    value !== null && typeof value === "object" && !Array.isArray(value) && value[signature] === undefined
  );
}

/** Both; what `over` says wins, map by map. */
export function merged(under, over) {
  return !isMap(under) || !isMap(over)
    ? over
    : Object.fromEntries(
        [...new Set([...Object.keys(under), ...Object.keys(over)])].map((key) => [
          key,
          key in over ? (key in under ? merged(under[key], over[key]) : over[key]) : under[key],
        ]),
      );
}

/** Paths at which the two differ, such as `settings.tier` or `subnetIds`; a list differs as a whole. */
export function changedPaths(old, fresh, path = "") {
  const [before, after] = [bare(old), bare(fresh)];
  if (isMap(before) && isMap(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      changedPaths(before[key], after[key], path === "" ? key : `${path}.${key}`),
    );
  }
  return JSON.stringify(sorted(before)) === JSON.stringify(sorted(after)) ? [] : [path];
}

/** With the keys of all maps in order. */
function sorted(value) {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  return isMap(value)
    ? Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((key) => [key, sorted(value[key])]),
      )
    : value;
}
