{{/* What the schema cannot say, because one value forbids another. */}}
{{- define "budgeting.checks" -}}
{{- $v := .Values -}}
{{- if include "budgeting.isSqlite" . -}}
  {{- if gt (int $v.replicas) 1 -}}
    {{- fail (printf "replicas is %d, but SQLite is a file for one server: set database.provider to PostgreSQL, or replicas to 1." (int $v.replicas)) -}}
  {{- end -}}
  {{- if $v.autoscaling.enabled -}}
    {{- fail "autoscaling.enabled is true, but SQLite is a file for one server: set database.provider to PostgreSQL, or autoscaling.enabled to false." -}}
  {{- end -}}
  {{- if include "budgeting.isSilo" . -}}
    {{- fail "workload is silo, but SQLite is a file for one server: set database.provider to PostgreSQL." -}}
  {{- end -}}
{{- else if not $v.database.connectionSecret.name -}}
  {{- fail "database.connectionSecret.name must name the Secret with PostgreSQL's connection string." -}}
{{- end -}}
{{- if and $v.demo.enabled (or (gt (int $v.replicas) 1) $v.autoscaling.enabled) -}}
  {{- fail "demo.enabled is true, but the demonstration is laid down by one server: set replicas to 1 and autoscaling.enabled to false." -}}
{{- end -}}
{{- if $v.autoscaling.enabled -}}
  {{- if gt (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas) -}}
    {{- fail (printf "autoscaling.minReplicas is %d, above autoscaling.maxReplicas, %d." (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) -}}
  {{- end -}}
  {{- if not (dig "requests" "cpu" "" $v.resources) -}}
    {{- fail "autoscaling.enabled is true, but it measures against resources.requests.cpu, which is not set." -}}
  {{- end -}}
{{- end -}}
{{- if $v.ingress.enabled -}}
  {{- if not $v.ingress.hosts -}}
    {{- fail "ingress.enabled is true, but ingress.hosts names no host." -}}
  {{- end -}}
  {{- if and $v.site.https (not $v.site.proxies) -}}
    {{- fail "ingress.enabled is true, but site.proxies names no network: the servers would believe nobody that people come by https, and every form would fail. Name the network of the ingress controller's pods, such as 10.244.0.0/16." -}}
  {{- end -}}
{{- end -}}
{{- range $name := concat (keys $v.settings) (keys $v.secretSettings) -}}
  {{- if regexMatch "^(database|dataprotection|site|demo)(__|$)|^orleans__(name|clusterid|serviceid|endpoints__.*)$|^(aspnetcore_|dotnet_)?(urls|http_ports|shutdowntimeoutseconds)$" (lower $name) -}}
    {{- fail (printf "settings and secretSettings may not hold %s: the chart sets it from a value of its own." $name) -}}
  {{- end -}}
{{- end -}}
{{- range $name := keys $v.settings -}}
  {{- if regexMatch "password|secret|token|connectionstring|privatekey|apikey" (lower $name) -}}
    {{- fail (printf "settings lie unprotected in a ConfigMap: name the Secret that holds %s under secretSettings." $name) -}}
  {{- end -}}
  {{- if hasKey $v.secretSettings $name -}}
    {{- fail (printf "%s stands in settings and in secretSettings." $name) -}}
  {{- end -}}
{{- end -}}
{{- end -}}
