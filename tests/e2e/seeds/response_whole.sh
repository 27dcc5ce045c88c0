curl -X 'POST' \
  'http://localhost:8091/response' \
  -H 'accept: application/json' \
  -H 'Content-Type: application/json' \
  -d '{
    "cache": 0,
    "datetime": "2025-06-02T11:32:56.000214+02:00",
    "explore": 0,
    "final_result": [
        {
            "result": {
                "contextual_variable_two": "Grade12",
                "cost": 0,
                "learning_reward": 1,
                "contextual_variable_one": "Industrious",
                "uuid": "9fcfc54a-5282-4a1c-a6fc-aabc0b324456",
                "modified_offer_score": 0,
                "offer_name": "Rewards Booster",
                "offer": "Rewards Booster",
                "score": 0.8550094429534856,
                "final_score": 0.8550094429534856,
                "price": 0,
                "offer_value": 0,
                "arm_reward": 0.8550094429534856
            },
            "result_full": {
                "expected_takeup": -1,
                "contextual_variable_two": "Grade12",
                "cost": 0,
                "explore": 0,
                "epsilon_nominated": 1,
                "learning_reward": 1,
                "contextual_variable_one": "Industrious",
                "offer_name_desc": "Recommended offer is Rewards Booster",
                "weighting": 1,
                "uuid": "9fcfc54a-5282-4a1c-a6fc-aabc0b324456",
                "offer_name": "Rewards Booster",
                "modified_offer_score": 0,
                "offer": "Rewards Booster",
                "p": 0.8550094429534856,
                "score": 0.8550094429534856,
                "final_score": 0.8550094429534856,
                "propensity": 0,
                "price": 0,
                "alpha": 1,
                "offer_value": 0,
                "beta": 1,
                "arm_reward": 0.8550094429534856
            },
            "rank": 1
        }
    ],
    "id": "offer_recommend_dynamic",
    "uuid": "9fcfc54a-5282-4a1c-a6fc-aabc0b324456",
    "in_params": {
        "contextual_variable_two": "Grade12",
        "contextual_variable_one": "Industrious"
    }
}'
