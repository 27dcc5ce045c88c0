"""A campaign made with the calls of the original's Python client (ecosystem-notebooks 0.1.57): the same verbs, paths, query
strings and bodies, in its order. Like it, each call must answer 200, and what the client reads of an answer is read here."""

import json
import unittest
import urllib.parse
import uuid

import server
from server import Case, shown


class Client:
    """Speaks as that client does: query values as Python spells them, a session's token with each call."""

    def __init__(self, target, email, password):
        self.target = target
        # The body is the text of a dict with its quotes replaced.
        body = str({"email": email, "password": password}).replace("'", '"').encode()
        answer = target.call("POST", "/api/auth/login", body, {"Accept": "*/*"})
        assert answer.status == 200, answer
        token = answer.json["token"]
        self.headers = {"Accept": "*/*", "Authorization": f"Bearer {token['access_token']}"}
        seconds = float(f"{str(token['expires_in'])[:-3]}.{str(token['expires_in'])[-3:]}")
        assert seconds > 1e9, token

    def get(self, path, **query):
        encoded = urllib.parse.urlencode({name: str(value) for name, value in query.items()})
        return self.ok(self.target.call("GET", f"/api{path}?{encoded}", headers=self.headers))

    def post(self, path, body):
        return self.ok(self.target.call("POST", "/api" + path, body, self.headers))

    def pipeline(self, database, collection, stages):
        encoded = urllib.parse.quote(json.dumps(stages, ensure_ascii=False))
        return self.post("/postMongoDBAggregatePipeline",
                         {"database": database, "collection": collection, "pipeline": encoded})

    @staticmethod
    def ok(answer):
        assert answer.status == 200, answer
        return answer.json


def configuration(name, approach, identity, one_values):
    """The document that the client writes, with its defaults: numbers partly as text."""
    corpora = [{"uuid": identity, "type": kind, "name": "dynamic_engagement", "database": "mongodb", "db": database,
                "table": table, "update": True}
               for kind, database, table in (("dynamic_engagement", "ecosystem_meta", "dynamic_engagement"),
                                             ("dynamic_engagement_options", "shop", "set_up_options"))]
    return {"name": name, "description": "Offers of the shop", "feature_store_collection": "set_up",
            "feature_store_database": "shop", "feature_store_connection": "", "options_store_database": "shop",
            "options_store_collection": "set_up_options", "options_store_connection": "",
            "score_collection": "dynamic_engagement", "score_database": "ecosystem_meta",
            "score_connection": "http://ecosystem-runtime:8091", "batch": "false", "options": [],
            "date_updated": "2026-03-12T10:11:12.000013", "uuid": identity,
            "contextual_variables": {
                "offer_key": "offer", "offer_values": [], "contextual_variable_one_from_data_source": False,
                "contextual_variable_one_lookup": "", "contextual_variable_one_name": "segment",
                "contextual_variable_one_values": one_values, "contextual_variable_two_from_data_source": False,
                "contextual_variable_two_name": "", "contextual_variable_two_lookup": "",
                "contextual_variable_two_values": [], "tracking_key": "", "take_up": ""},
            "batch_settings": {
                "database_out": "", "collection_out": "", "batchUpdateMessage": "", "threads": 1, "collection": "",
                "userid": "", "contextual_variables": "", "number_of_offers": 1, "batch_outline": "",
                "pulse_responder_list": "", "database": "", "find": "{}", "options": "", "campaign": "",
                "execution_type": ""},
            "randomisation": {
                "calendar": "None", "test_options_across_segment": "", "processing_count": 1000,
                "discount_factor": 0.75, "batch": "false", "prior_fail_reward": 0.1, "approach": approach,
                "cross_segment_epsilon": 0, "success_reward": 1, "interaction_count": "0", "epsilon": 0,
                "prior_success_reward": 1, "fail_reward": 0.1, "max_reward": 10, "cache_duration": 0,
                "processing_window": 86400000, "random_action": 0.2, "decay_gamma": "1", "learning_rate": 0.25,
                "missing_offers": "none", "training_data_source": "feature_store"},
            "lookup_fields": [], "virtual_variables": [], "properties": "predictor.corpora=" + json.dumps(corpora),
            "dynamic_eligibility": {"projection": [{"_id": 0, "uuid": 1, "optionKey": 1, "alpha": 1, "beta": 1,
                                                    "contextual_variable_one": 1}]}}


def generation(document, kind):
    """The body with which the client has options made."""
    variables = document["contextual_variables"]
    body = {"type": kind, "name": document["name"], "uuid": document["uuid"], "engagement_type": "binaryThompson"}
    for name in ("feature_store_database", "feature_store_collection", "options_store_database", "options_store_collection"):
        body[name] = document[name]
    for name in ("offer_key", "tracking_key", "take_up"):
        body[name] = variables[name]
    for number in ("one", "two"):
        for part in ("values", "name", "from_data_source", "lookup"):
            body[f"contextual_variable_{number}_{part}"] = variables[f"contextual_variable_{number}_{part}"]
    for name in ("prior_success_reward", "prior_fail_reward"):
        body[name] = document["randomisation"][name]
    return body


class OriginalClient(Case):
    def setUp(self):
        super().setUp()
        data = self.directory / "data"
        self.assertEqual(server.run("keys", "create", "--role", "admin", "--data", data).returncode, 0)
        made = server.run("users", "create", "ann@shop.example", "--data", data, text="correct horse\n")
        self.assertEqual(made.returncode, 0, made)
        self.target = self.server()
        self.client = Client(self.target, "ann@shop.example", "correct horse")

    def set_up(self):
        """online_learning_ecosystem_rewards_setup_feature_store with a list of offers."""
        self.client.post("/deleteAllMongoDocuments", {"database": "shop", "collection": "set_up"})
        for offer in ("a", "b", "c"):
            self.client.post("/addMongoDocuments", {"database": "shop", "collection": "set_up", "document": {"offer": offer}})
        self.client.pipeline("shop", "set_up", [
            {"$group": {"_id": "$offer"}}, {"$project": {"offer": "$_id", "_id": 0}},
            {"$addFields": {"segment": ["young", "old"]}}, {"$unwind": "$segment"},
            {"$out": {"db": "shop", "coll": "set_up"}}])

    def create(self, name="spring", approach="binaryThompson", replace=False):
        """create_online_learning."""
        existing = self.client.get("/listPulseResponderDynamic")["data"]
        values = self.client.pipeline("shop", "set_up", [
            {"$group": {"_id": "None", "values": {"$addToSet": "$segment"}}}])[0]["values"]
        document = configuration(name, approach, str(uuid.uuid4()), values)
        if replace:
            if [one for one in existing if one["name"] == name]:
                self.client.get("/deletePulseResponderDynamic", database="ecosystem_meta", collection="dynamic_engagement",
                                find={"name": name})
            self.client.post("/addMongoDocuments", {"database": "ecosystem_meta", "collection": "dynamic_engagement",
                                                    "document": document})
            self.client.post("/deleteAllMongoDocuments", {"database": "shop", "collection": "set_up_options"})
        self.client.post("/savePulseResponderDynamic", document)
        self.client.post("/updateClientPulseResponder",
                         {**generation(document, "generateUpdatedOptions"),
                          "dynamic_eligibility": document["dynamic_eligibility"]})
        self.client.get("/createMongoCollectionIndex", database="shop", collection="set_up_options",
                        index={"uuid": 1, "optionKey": 1, "contextual_variable_one": 1, "contextual_variable_two": 1})
        return document["uuid"]

    def decide(self, segment):
        return self.target.good("POST", "/invocations", {"campaign": "spring", "customer": "1", "numberoffers": 9,
                                                         "params": json.dumps({"contextual_variable_one": segment})}, self.client.headers)

    def test_a_campaign_is_made_decides_and_is_found_by_the_uuid_that_the_client_gave_it(self):
        self.set_up()
        identity = self.create()
        found = [one for one in self.client.get("/listPulseResponderDynamic")["data"] if one["uuid"] == identity]
        self.assertEqual([one["name"] for one in found], ["spring"])
        self.assertEqual(sorted(shown(self.decide("old"))), ["a", "b", "c"])
        options = self.client.get("/getPulseResponderOptions", params={
            "database": "shop", "collection": "set_up_options", "find": {"uuid": identity}, "skip": 0, "limit": 0})["data"]
        self.assertEqual(len(options), 6)
        sample = self.client.get("/getMongoDBFind", database="shop", collection="set_up", field={}, limit=1,
                                 projections={}, skip=0)["data"]
        self.assertEqual(sorted(sample), ["_id", "offer", "segment"])

    def test_it_is_replaced_updated_and_its_options_are_made_anew(self):
        self.set_up()
        first = self.create()
        second = self.create(replace=True)
        self.assertNotEqual(first, second)
        listed = self.client.get("/listPulseResponderDynamic")["data"]
        self.assertEqual([one["uuid"] for one in listed], [second])
        # update_online_learning sends back what was listed, changed
        document = listed[0]
        document["randomisation"]["epsilon"] = 0.1
        document["description"] = "Changed"
        self.client.post("/savePulseResponderDynamic", document)
        document = self.client.get("/listPulseResponderDynamic")["data"][0]
        self.assertEqual((document["uuid"], document["description"]), (second, "Changed"))
        # generate_options_store and update_options_store
        accepted = self.decide("young")
        self.target.good("POST", "/response", {"uuid": accepted["uuid"], "offers_accepted": [{"offer_name": "a"}]},
                         self.client.headers)
        contacts = lambda: sum(one["contacts"] for one in self.target.good(
            "GET", "/api/v1/campaigns/spring/options", headers=self.client.headers))
        self.assertEqual(contacts(), 3)
        self.client.post("/addMongoDocuments", {"database": "shop", "collection": "set_up",
                                                "document": {"offer": "d", "segment": "old"}})
        self.assertEqual(self.client.post("/updateClientPulseResponder", generation(document, "generateUpdatedOptions"))["added"], 1)
        self.assertEqual(contacts(), 3)
        self.client.post("/updateClientPulseResponder", generation(document, "generateDefaultOptions"))
        self.assertEqual(contacts(), 0)
        self.assertEqual(sorted(shown(self.decide("old"))), ["a", "b", "c", "d"])

    def test_a_deployment_is_linked_and_pushed(self):
        self.set_up()
        identity = self.create()
        linked = [one for one in self.client.get("/listPulseResponderDynamic")["data"] if one["uuid"] == identity][0]
        linked["virtual_variables"] = []
        self.client.post("/addMongoDocuments", {"database": "ecosystem_meta", "collection": "dynamic_engagement",
                                                "document": linked, "update": "uuid"})
        pushed = self.client.post("/processPush", {
            "version": "001", "deployment_id": "spring", "project_status": "experiment", "description": "",
            "multi_armed_bandit": {"epsilon": "0.0", "duration": 0, "pulse_responder_uuid": identity},
            "setup_offer_matrix": {}, "whitelist": {}, "paths": {}, "corpora": [], "options": []})
        self.assertIn("properties", pushed)
        self.assertEqual(sorted(shown(self.decide("old"))), ["a", "b", "c"])


if __name__ == "__main__":
    unittest.main()
