curl -X POST "https://loading/api/v1/builtin-agents/ml/string/scoring/predict" \  -H "Content-Type: application/json" \  -d '{    "features": {      "property1": null,      "property2": null    }  }'
