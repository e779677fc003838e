"""What the Academy wants otherwise than Tutor: two LMS replicas, a variable for them, and an exporter beside them.

Tutor's own patches change manifests, here in the two ways that it has: `k8s-override` for one file of strategic merge
patches, and the list of patches in its kustomization.yml, whose name depends on the release:
`kustomization-patches-strategic-merge` up to Tutor 20, `kustomization-patches` from 21 on.
"""

from tutor import hooks

hooks.Filters.CONFIG_DEFAULTS.add_items(
    [
        ("ACADEMY_LMS_REPLICAS", 2),
        ("ACADEMY_STATSD_EXPORTER_IMAGE", "docker.io/prom/statsd-exporter:v0.28.0"),
    ]
)

hooks.Filters.ENV_PATCHES.add_items(
    [
        (
            "k8s-override",
            """
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: lms
spec:
  replicas: {{ ACADEMY_LMS_REPLICAS }}
  template:
    spec:
      containers:
        - name: lms
          env:
            - name: ACADEMY_STATSD_ADDRESS
              value: "127.0.0.1:9125"
""",
        ),
        (
            "kustomization-patches-strategic-merge",
            """
- |-
  apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: lms
  spec:
    template:
      spec:
        containers:
          - name: statsd-exporter
            image: {{ ACADEMY_STATSD_EXPORTER_IMAGE }}
            ports:
              - containerPort: 9102
                name: metrics
""",
        ),
    ]
)
