//go:build tools

// Package engine pins the Pulumi command line: it is built from here where it can be had in no other way.
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
