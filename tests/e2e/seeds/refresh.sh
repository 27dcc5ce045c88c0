curl -X 'GET' \
  'http://localhost:8091/refresh' \
  -H 'accept: */*'
