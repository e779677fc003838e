/** Where projects tell what is in a release of their chart; all others are found by Artifact Hub. */
const releasePages: Record<string, (version: string) => string> = {
  "aws-load-balancer-controller": () => "kubernetes-sigs/aws-load-balancer-controller/releases",
  "cert-manager": (version) => `cert-manager/cert-manager/releases/tag/v${version}`,
  "cluster-autoscaler": (version) => `kubernetes/autoscaler/releases/tag/cluster-autoscaler-chart-${version}`,
  "external-dns": (version) => `kubernetes-sigs/external-dns/releases/tag/external-dns-helm-chart-${version}`,
  "ingress-nginx": (version) => `kubernetes/ingress-nginx/releases/tag/helm-chart-${version}`,
  karpenter: (version) => `aws/karpenter-provider-aws/releases/tag/v${version}`,
  "karpenter-crd": (version) => `aws/karpenter-provider-aws/releases/tag/v${version}`,
  "kube-prometheus-stack": (version) =>
    `prometheus-community/helm-charts/releases/tag/kube-prometheus-stack-${version}`,
  "metrics-server": (version) =>
    `kubernetes-sigs/metrics-server/releases/tag/metrics-server-helm-chart-${version}`,
  "prometheus-operator-crds": (version) =>
    `prometheus-community/helm-charts/releases/tag/prometheus-operator-crds-${version}`,
  traefik: (version) => `traefik/traefik-helm-chart/releases/tag/v${version}`,
  velero: (version) => `vmware-tanzu/helm-charts/releases/tag/velero-${version}`,
};

/** The page that tells what a chart's version is. */
export function chartLink(chart: string, version: string | undefined): string {
  const page = releasePages[chart];
  return page === undefined || version === undefined
    ? `https://artifacthub.io/packages/search?kind=0&ts_query_web=${encodeURIComponent(chart)}`
    : `https://github.com/${page(version.replace(/^v/, ""))}`;
}
