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
{{- end -}}
{{- $address := include "budgeting.address" . -}}
{{- if $address -}}
  {{- if ne (urlParse $address).scheme ($v.site.https | ternary "https" "http") -}}
    {{- fail (printf "site.address is %s, but site.https is %t." $address $v.site.https) -}}
  {{- end -}}
  {{- if and $v.ingress.enabled (not (has (include "budgeting.host" .) $v.ingress.hosts)) -}}
    {{- fail (printf "site.address is %s, to which the ingress does not lead: ingress.hosts does not name it." $address) -}}
  {{- end -}}
  {{- if and $v.site.https (not $v.site.proxies) -}}
    {{- fail (printf "people come to %s by https, but site.proxies names no network: the servers would believe nobody that they do, and every form would fail. Name the network of whatever ends TLS, such as 10.244.0.0/16 for the ingress controller's pods." $address) -}}
  {{- end -}}
{{- else if $v.site.hosts -}}
  {{- fail "site.hosts names hosts, but site.address is empty: it is the name that the probes ask by." -}}
{{- end -}}
{{- with include "budgeting.correspondence" . | trim -}}
  {{- if not $address -}}
    {{- fail (printf "%s needs the site's own address: set site.address." .) -}}
  {{- end -}}
  {{- if and $v.networkPolicy.enabled (not $v.networkPolicy.egress) -}}
    {{- fail (printf "%s names somebody whom the servers could not reach: networkPolicy lets them out to name servers and the database only. Add rules to networkPolicy.egress, or set networkPolicy.enabled to false." .) -}}
  {{- end -}}
{{- end -}}
{{- range $name := concat (keys $v.settings) (keys $v.secretSettings) -}}
  {{- if regexMatch "^(database|dataprotection|site|demo)(__|$)|^allowedhosts$|^orleans__(name|clusterid|serviceid|endpoints__.*)$|^(aspnetcore_|dotnet_)?(urls|http_ports|shutdowntimeoutseconds)$" (lower $name) -}}
    {{- fail (printf "settings and secretSettings may not hold %s: the chart sets it from a value of its own." $name) -}}
  {{- end -}}
{{- end -}}
{{- range $name, $value := $v.settings -}}
  {{- /* SignIn__Providers__0__SecretInForm, a switch, is no secret. */ -}}
  {{- if and (not (has (lower $value) (list "true" "false"))) (regexMatch "password|secret|token|connectionstring|privatekey|apikey" (lower $name)) -}}
    {{- fail (printf "settings lie unprotected in a ConfigMap: name the Secret that holds %s under secretSettings." $name) -}}
  {{- end -}}
  {{- if hasKey $v.secretSettings $name -}}
    {{- fail (printf "%s stands in settings and in secretSettings." $name) -}}
  {{- end -}}
{{- end -}}
{{- end -}}
