{{/* The release's name for its objects; short enough for the longest ending. */}}
{{- define "budgeting.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 48 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 48 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 48 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "budgeting.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* The servers' pods and no others: the migration's have another component. */}}
{{- define "budgeting.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ .Values.workload }}
{{- end -}}

{{- define "budgeting.isSilo" -}}
{{- if eq .Values.workload "silo" }}yes{{ end -}}
{{- end -}}

{{- define "budgeting.isSqlite" -}}
{{- if eq .Values.database.provider "Sqlite" }}yes{{ end -}}
{{- end -}}

{{- define "budgeting.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "budgeting.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "budgeting.image" -}}
{{- $image := .Values.image -}}
{{- $value := "image.repository" -}}
{{- $host := "Budgeting.Web" -}}
{{- if include "budgeting.isSilo" . -}}
{{- $image = .Values.silo.image -}}
{{- $value = "silo.image.repository" -}}
{{- $host = "Budgeting.Silo" -}}
{{- end -}}
{{- $repository := required (printf "%s must name the image: build it with src/%s/Containerfile and push it where the cluster can pull it." $value $host) $image.repository -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository ($image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "budgeting.imagePullSecrets" -}}
{{- with .Values.imagePullSecrets -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}
