{{- /*
SPDX-License-Identifier: Apache-2.0

The name of the ConfigMap, with the hash of its content that kustomize appends: a new configuration is a
new pod, and the same one has the same name whichever of the two tools installs it. kustomize writes the
hexadecimal digits so that they spell nothing, and hashes with an empty name.
*/ -}}
{{- define "kernelgate.hashedName" -}}
{{- $hash := dict "kind" "ConfigMap" "name" "" "data" .data | mustToJson | sha256sum | trunc 10 -}}
{{- range $digit, $instead := dict "0" "g" "1" "h" "3" "k" "a" "m" "e" "t" -}}
{{- $hash = replace $digit $instead $hash -}}
{{- end -}}
kernelgate-{{ $hash }}
{{- end -}}
