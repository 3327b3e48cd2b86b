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
{{- with .Values.database.rootCertificateSecret }}
{{- if .name }}
# What the driver trusts where the connection string names nothing else.
- name: PGSSLROOTCERT
  value: /database/{{ .key }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The authority of PostgreSQL's certificate, for whatever has the environment above. */}}
{{- define "budgeting.rootCertificateMount" -}}
{{- if and .Values.database.rootCertificateSecret.name (not (include "budgeting.isSqlite" .)) }}
- name: root-certificate
  mountPath: /database
  readOnly: true
{{- end }}
{{- end -}}

{{- define "budgeting.rootCertificateVolume" -}}
{{- if and .Values.database.rootCertificateSecret.name (not (include "budgeting.isSqlite" .)) }}
- name: root-certificate
  secret:
    secretName: {{ .Values.database.rootCertificateSecret.name }}
    items:
      - key: {{ .Values.database.rootCertificateSecret.key }}
        path: {{ .Values.database.rootCertificateSecret.key }}
{{- end }}
{{- end -}}
