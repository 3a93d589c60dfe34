"""What the views that compute share: work that outlives its view, fields of their forms, tables, downloads."""
