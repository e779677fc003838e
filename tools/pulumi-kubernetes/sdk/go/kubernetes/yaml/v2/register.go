// Package v2 registers the objects of YAML files.
package v2

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type object struct {
	pulumi.CustomResourceState

	OtherFields pulumi.MapOutput `pulumi:""`
}

// RegisterResource registers an object of any kind, as the SDK does those that it has no type for.
func RegisterResource(ctx *pulumi.Context, apiVersion, kind, name string, props pulumi.Input,
	opts ...pulumi.ResourceOption) (pulumi.CustomResource, error) {
	var result object
	token := fmt.Sprintf("kubernetes:%s:%s", apiVersion, kind)
	if err := ctx.RegisterResource(token, name, props, &result, opts...); err != nil {
		return nil, err
	}
	return &result, nil
}
