// Command pulumi-kubernetes is Pulumi's provider for Kubernetes, for machines that reach a Go module proxy and not the
// provider's own downloads. The provider's main package cannot be built from its module: it embeds generated files that
// the module leaves out.
package main

import (
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

// The engine asks for a schema only where a program is written in YAML or an SDK is generated.
const schema = `{"name": "kubernetes"}`

func main() {
	provider.Serve("kubernetes", version.Version, []byte(schema), []byte("{}"))
}
