import { releasedVersions } from "../workspace/versions.js";
import type { GoToolName } from "./goTools.js";

/** A file of an official release, which its digest makes known. */
export interface ReleaseFile {
  url: string;
  /** SHA-256 of what is at the URL, hexadecimal. */
  sha256: string;
  /** Version and platform: what a copy in the cache is known by. */
  key: string;
  /** Path of the command in a tar.gz. Default: what is at the URL is the command. */
  member?: string;
}

/** Official releases of tools. Those that have none here are built. */
export type Releases = Partial<Record<GoToolName, ReleaseFile>>;

type Tool = Exclude<GoToolName, "pulumi" | "pulumi-resource-kubernetes">; // these are Pulumi's installer's business
type Platform = "linux-amd64" | "linux-arm64" | "darwin-amd64" | "darwin-arm64";

/**
 * Pinned here rather than read beside the releases: who could change a release could change the list of digests beside it,
 * and kwok publishes none. They are from
 * - Kubernetes: pkg/assets/assetdata/k8s-1.36.yaml of kubernetes/kops (kubectl's the same in kubernetes-sigs/kubespray);
 * - etcd: roles/kubespray_defaults/vars/main/checksums.yml of kubernetes-sigs/kubespray;
 * - helm: the notes of its release;
 * - kwok: the package kwok-bin of Arch Linux's users; those for amd64 were found in a second, unrelated project.
 *
 * Kubernetes publishes servers for Linux only, so that elsewhere the control plane is built.
 */
const digests: Record<Platform, Partial<Record<Tool, string>>> = {
  "linux-amd64": {
    etcd: "cf9cfe91a4856cb90eed9c99e6aee4b708db2c7888b88a6f116281f04b0ea693",
    helm: "0093eb572e3d2380f094df162ddb525e219249de88957afe24cfbb19632acd36",
    kubectl: "ebbd080e7c2e275093b55915722043257eb24004363e20acb3c4d71919f88336",
    "kube-apiserver": "1f217d397234a6d065da663c6e086fdb02c0f0de97a0758ff3e6f3956f4ef8ab",
    "kube-controller-manager": "7edfe976d5a06c7a702d653e914095f4a732a04bb2139115b6a6eba6a9b781c7",
    "kube-scheduler": "b8955d4518c902110b50a825364339b1fb673822518ce0ba081a69ed634f8eee",
    kwok: "f5a4385a2ae1b9dd7f8acae18e002a75c0ebba124ae9d7259aa8dadb50711f46",
    kwokctl: "d5743166c657283d6e827c7c4c20cacfd9009fd94830f06718ca7b2c7099461f",
  },
  "linux-arm64": {
    etcd: "438f56a700d17ce761510a3e63e6fa5c1d587b2dd4d7a22c179c09a649366760",
    helm: "8de5a0c9a47431e59fd560e91e0779c8cf9316c383da7efb84128a4c339ecb2d",
    kubectl: "3d86f24401c41ae5a46ac50eef8865fe891d3647d324a0836f6c63757a126e62",
    "kube-apiserver": "16001b9d35d23634c361a1e2b7b0fc7abe186984af697ef7a869c8c8cded78b7",
    "kube-controller-manager": "27868a5c822824945b93f2d8a724a5dcd99affc68b47230ae766bff8795bbb84",
    "kube-scheduler": "ca1c7cd0033942bf9ef7eac80e18375d91f6f29487244c3e685f11163b01a88d",
    kwok: "628f7d277860f524a2a775c217adcc58828e7b59ab0933680315784f1b8b0e37",
    kwokctl: "5a642b27d3e975f36040d215640cd90fb4a63cb6fca0ad5865a61bcd9c81051b",
  },
  "darwin-amd64": {
    helm: "8bc0c1f85f8738cc3cda4a2cc73047145bcdcb1f4d9cdcc29073037bfb22fa2e",
    kubectl: "158b3b46cf74e8b6bd9b1d7cd30f665e3efb2bc1ec3c843ec925bcfdd2930de0",
  },
  "darwin-arm64": {
    helm: "68bfbdc022c543a2a022597b20298216877e98abe6e4a345d3ecf114d79cae5f",
    kubectl: "fc8582acde13869a606730a79379d6515f30c68afcced0b5ac8789d5d002b7d6",
  },
};

/** The official releases that a platform has, as Node names it; none where nothing is published. */
export function officialReleases(
  platform: string = process.platform,
  architecture: string = process.arch,
): Releases {
  const name = `${platform}-${architecture === "x64" ? "amd64" : architecture}`;
  const known = Object.entries(digests[name as Platform] ?? {}) as [Tool, string][];
  return Object.fromEntries(
    known.map(([tool, sha256]): [Tool, ReleaseFile] => [
      tool,
      { ...placeOf(tool, name as Platform), sha256 },
    ]),
  );
}

/** The same places as kwokctl's (pkg/config/vars.go and pkg/consts of sigs.k8s.io/kwok), and helm's own. */
function placeOf(tool: Tool, platform: Platform): Omit<ReleaseFile, "sha256"> {
  const { etcd, helm, kubernetes, kwok } = releasedVersions;
  const github = "https://github.com";
  switch (tool) {
    case "etcd": {
      const folder = `etcd-v${etcd}-${platform}`;
      const url = `${github}/etcd-io/etcd/releases/download/v${etcd}/${folder}.tar.gz`;
      return { url, key: folder, member: `${folder}/etcd` };
    }
    case "helm": {
      const key = `helm-v${helm}-${platform}`;
      return { url: `https://get.helm.sh/${key}.tar.gz`, key, member: `${platform}/helm` };
    }
    case "kwok":
    case "kwokctl": {
      const url = `${github}/kubernetes-sigs/kwok/releases/download/v${kwok}/${tool}-${platform}`;
      return { url, key: `${tool}-v${kwok}-${platform}` };
    }
    default: {
      const url = `https://dl.k8s.io/release/v${kubernetes}/bin/${platform.replace("-", "/")}/${tool}`;
      return { url, key: `${tool}-v${kubernetes}-${platform}` };
    }
  }
}
