// Package kubernetes is what the provider uses of its own SDK for Go. The whole SDK, with Go types for every kind, costs
// more than the rest of the provider to compile, and only the components ConfigGroup, ConfigFile and Chart (v4) use it,
// which this program has none of. With these few types they work, too.
package kubernetes

import "reflect"

// UntypedArgs are the properties of an object of any kind.
type UntypedArgs map[string]any

// ElementType makes it a pulumi.Input.
func (UntypedArgs) ElementType() reflect.Type {
	return reflect.TypeFor[map[string]any]()
}
