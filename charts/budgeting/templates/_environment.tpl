{{/* Variables that stand in Secrets, or differ from server to server. */}}
{{- define "budgeting.environment" -}}
{{- $certificate := .Values.dataProtection.certificateSecret -}}
{{- if not (include "budgeting.isSqlite" .) }}
{{- include "budgeting.connection" . | nindent 0 }}
{{- end }}
{{- if and $certificate.name $certificate.passwordKey }}
- name: DataProtection__CertificatePassword
  valueFrom:
    secretKeyRef:
      name: {{ $certificate.name }}
      key: {{ $certificate.passwordKey }}
{{- end }}
{{- if include "budgeting.isSilo" . }}
- name: Orleans__Name
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: Orleans__Endpoints__AdvertisedIPAddress
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
{{- end }}
{{- range $name, $secret := .Values.secretSettings }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret.name }}
      key: {{ $secret.key }}
{{- end }}
{{- end -}}

{{- define "budgeting.connection" -}}
- name: Database__ConnectionString
  valueFrom:
    secretKeyRef:
      name: {{ .Values.database.connectionSecret.name }}
      key: {{ .Values.database.connectionSecret.key }}
{{- end -}}
