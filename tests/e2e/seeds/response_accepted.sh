curl -X 'POST' \
  'http://ecosystem-runtime:8091/response' \
  -H 'accept: application/json' \
  -H 'Content-Type: application/json' \
  -d '{"uuid": "dcb54a23-0737-4768-845d-48162598c0f7", "offers_accepted": [{"offer_name": "OFFER_A"}], "channel_name": "app"}'
