{{/* Where every pod may connect to: names and, with PostgreSQL, the database. */}}
{{- define "budgeting.egress" -}}
- ports:
    - protocol: UDP
      port: 53
    - protocol: TCP
      port: 53
{{- if not (include "budgeting.isSqlite" .) }}
- ports:
    - protocol: TCP
      port: {{ int .Values.database.port }}
  {{- with .Values.networkPolicy.databasePeers }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}
