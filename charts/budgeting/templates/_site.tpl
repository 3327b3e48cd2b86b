{{/* The site's own address, or nothing where none is known. */}}
{{- define "budgeting.address" -}}
{{- if .Values.site.address -}}
{{- .Values.site.address -}}
{{- else if and .Values.ingress.enabled .Values.ingress.hosts -}}
{{- printf "%s://%s" (.Values.site.https | ternary "https" "http") (first .Values.ingress.hosts) -}}
{{- end -}}
{{- end -}}

{{- define "budgeting.host" -}}
{{- with include "budgeting.address" . -}}
{{- (urlParse .).hostname -}}
{{- end -}}
{{- end -}}

{{/* The names that servers answer to, that of the address first; nothing where every name is answered. */}}
{{- define "budgeting.allowedHosts" -}}
{{- with include "budgeting.host" . -}}
{{- concat (list .) (ternary $.Values.ingress.hosts list $.Values.ingress.enabled) $.Values.site.hosts | uniq | join ";" -}}
{{- end -}}
{{- end -}}

{{/* A server answers to the site's own names only, so that the probes have to ask by one of them. */}}
{{- define "budgeting.probeHost" -}}
{{- with include "budgeting.host" . -}}
httpHeaders:
  - name: Host
    value: {{ . | quote }}
{{- end -}}
{{- end -}}

{{/* The settings by which the servers speak to others than the database: mail, text messages, e-identification, a store in the cloud. */}}
{{- define "budgeting.correspondence" -}}
{{- range $name := concat (keys .Values.settings) (keys .Values.secretSettings) | sortAlpha -}}
{{- if regexMatch "^(mail__(host|address)|sms__address|signin__providers__[0-9]+__authority|orleans__resultstore__connectionstring)$" (lower $name) }}
{{- $name }} {{ end -}}
{{- end -}}
{{- end -}}
