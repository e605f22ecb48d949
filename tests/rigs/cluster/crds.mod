module surefoot.dev/rig/crds

go 1.26.0

require (
	github.com/cloudnative-pg/cloudnative-pg v1.28.0
	github.com/cloudnative-pg/plugin-barman-cloud v0.13.0
	github.com/kedacore/keda/v2 v2.21.0
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
