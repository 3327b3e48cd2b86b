{{/* Where every pod may connect to: names, with PostgreSQL the database, and what was added. */}}
{{- define "budgeting.egress" -}}
- ports:
    {{- range .Values.networkPolicy.dnsPorts }}
    - protocol: UDP
      port: {{ int . }}
    - protocol: TCP
      port: {{ int . }}
    {{- end }}
{{- if not (include "budgeting.isSqlite" .) }}
- ports:
    - protocol: TCP
      port: {{ int .Values.database.port }}
  {{- with .Values.networkPolicy.databasePeers }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- with .Values.networkPolicy.egress }}
{{ toYaml . }}
{{- end }}
{{- end -}}
