#include "app/commands.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "app/password.h"
#include "app/row_chunks.h"
#include "base/limits.h"
#include "document/json.h"

namespace proffer::app {
namespace {

std::string campaign_path(const CommandInput& input, const std::string& rest = "") {
  return "/api/v1/campaigns/" + encoded(input.name) + rest;
}

std::string custom_path(const CommandInput& input) { return "/api/v1/custom/" + encoded(input.name); }

base::Result<std::string> read_whole(const std::string& file) {
  if (file == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream in(file, std::ios::binary);
  if (!in) return base::fail(base::ErrorKind::not_found, "cannot open " + file);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool good(const http::Response& response) { return response.status < 300; }

}  // namespace

// Everything but unreserved characters (RFC 3986, section 2.3) is escaped.
std::string encoded(const std::string& text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

std::string content_type_of(const std::string& file) {
  if (file.ends_with(".csv")) return "text/csv";
  if (file.ends_with(".lua")) return "text/x-lua";
  if (file.ends_with(".ndjson") || file.ends_with(".jsonl")) return "application/x-ndjson";
  return "application/json";
}

int Commands::list_campaigns(const CommandInput& input) { return run(input, {"GET", "/campaigns"}); }

int Commands::get_campaign(const CommandInput& input) { return run(input, {"GET", campaign_path(input)}); }

int Commands::put_campaign(const CommandInput& input) { return send_file(input, "PUT", campaign_path(input)); }

int Commands::delete_campaign(const CommandInput& input) { return run(input, {"DELETE", campaign_path(input)}); }

int Commands::put_offers(const CommandInput& input) {
  return send_file(input, input.add ? "POST" : "PUT", campaign_path(input, "/offers"));
}

int Commands::show_options(const CommandInput& input) { return run(input, {"GET", campaign_path(input, "/options")}); }

int Commands::put_hooks(const CommandInput& input) { return send_file(input, "PUT", campaign_path(input, "/hooks")); }

int Commands::get_hooks(const CommandInput& input) { return run(input, {"GET", campaign_path(input, "/hooks")}); }

int Commands::delete_hooks(const CommandInput& input) { return run(input, {"DELETE", campaign_path(input, "/hooks")}); }

int Commands::list_hooks(const CommandInput& input) {
  return run(input, {"GET", campaign_path(input, "/hooks/versions")});
}

int Commands::put_custom(const CommandInput& input) { return send_file(input, "PUT", custom_path(input)); }

int Commands::get_custom(const CommandInput& input) { return run(input, {"GET", custom_path(input)}); }

int Commands::delete_custom(const CommandInput& input) { return run(input, {"DELETE", custom_path(input)}); }

int Commands::list_custom(const CommandInput& input) { return run(input, {"GET", "/api/v1/custom"}); }

// A decision that is not reproduced is a failure of the command too.
int Commands::replay(const CommandInput& input) {
  const auto response = send(input, {"GET", "/api/v1/decisions/" + encoded(input.uuid) + "/replay"});
  const int status = told(response);
  if (status != 0) return status;
  return boost::json::parse(response->body).at("reproduced").as_bool() ? 0 : 3;
}

int Commands::erase_customer(const CommandInput& input) {
  const auto query = input.fields.empty() ? std::string() : "?fields=" + encoded(input.fields);
  return run(input, {"DELETE", "/api/v1/customers/" + encoded(input.customer) + query});
}

// The key alone goes to standard output, so that a script can take it from there.
int Commands::create_key(const CommandInput& input) {
  const boost::json::object body{{"name", input.key_name}, {"role", input.role}, {"project", input.project}};
  auto response = send(input, {"POST", "/api/v1/keys", document::json_text(body)});
  if (!response || response->status >= 300) return told(response);
  auto made = boost::json::parse(response->body).as_object();
  std::cout << made.at("key").as_string().c_str() << '\n';
  made.erase("key");
  std::cerr << document::json_text(made) << '\n';
  return 0;
}

int Commands::list_keys(const CommandInput& input) { return run(input, {"GET", "/api/v1/keys"}); }

int Commands::revoke_key(const CommandInput& input) {
  return run(input, {"DELETE", "/api/v1/keys/" + encoded(input.key_id)});
}

int Commands::compute_personalities(const CommandInput& input) {
  const auto& file = input.personality.labels_file;
  const auto labels = file.empty() ? base::Result<std::string>("") : read_whole(file);
  if (!labels) return refuse(labels.error());
  const auto body = personality_body(input.personality, *labels, content_type_of(file));
  if (!body) return refuse(body.error());
  return run(input, {"POST", "/api/v1/personality", document::json_text(*body)});
}

int Commands::personality_labels(const CommandInput& input) {
  const auto response = send(input, {"GET", "/api/v1/personality/labels"});
  if (!response || !good(*response)) return told(response);
  out_ << response->body;  // a file, which ends with a line end of its own
  return 0;
}

int Commands::create_token(const CommandInput& input) {
  const boost::json::object body{{"name", input.key_name}, {"days", input.days}, {"project", input.project}};
  return run(input, {"POST", "/api/v1/tokens", document::json_text(body)});
}

int Commands::list_tokens(const CommandInput& input) { return run(input, {"GET", "/api/v1/tokens"}); }

int Commands::revoke_token(const CommandInput& input) {
  return run(input, {"DELETE", "/api/v1/tokens/" + encoded(input.key_id)});
}

int Commands::create_user(const CommandInput& input) {
  const auto password = read_password(err_);
  if (!password) return refuse(password.error());
  const boost::json::object body{
      {"email", input.email}, {"password", *password}, {"role", input.user_role}, {"project", input.project}};
  return run(input, {"POST", "/api/v1/users", document::json_text(body)});
}

int Commands::list_users(const CommandInput& input) { return run(input, {"GET", "/api/v1/users"}); }

int Commands::delete_user(const CommandInput& input) {
  return run(input, {"DELETE", "/api/v1/users/" + encoded(input.email)});
}

int Commands::import_rows(const CommandInput& input) {
  const bool decisions = input.collection.empty() && input.database.empty() && !input.all;
  return decisions ? import_decisions(input) : import_documents(input);
}

// Rows go in calls of a bounded number, so that a file of any length can be imported.
int Commands::import_decisions(const CommandInput& input) {
  std::ifstream file(input.file, std::ios::binary);
  if (input.file != "-" && !file) {
    err_ << "proffer: cannot open " << input.file << '\n';
    return 1;
  }
  RowChunks chunks(input.file == "-" ? std::cin : file, content_type_of(input.file), base::limits::import_rows);
  std::size_t decisions = 0;
  std::size_t outcomes = 0;
  while (auto chunk = chunks.next()) {
    const auto response =
        send(input, {"POST", campaign_path(input, "/decisions"), std::move(*chunk), content_type_of(input.file)});
    if (!response || !good(*response)) {
      if (chunks.rows_before() > 0) err_ << "proffer: " << chunks.rows_before() << " rows were imported before this:\n";
      return told(response);
    }
    const auto answer = boost::json::parse(response->body).as_object();
    decisions += answer.at("decisions").to_number<std::size_t>();
    outcomes += answer.at("outcomes").to_number<std::size_t>();
    err_ << '\r' << decisions << " rows" << std::flush;
  }
  err_ << '\n';
  out_ << document::json_text(boost::json::object{{"decisions", decisions}, {"outcomes", outcomes}}) << '\n';
  return 0;
}

int Commands::send_file(const CommandInput& input, const std::string& method, const std::string& target) {
  auto body = read_whole(input.file);
  if (!body) return refuse(body.error());
  return run(input, {method, target, std::move(*body), content_type_of(input.file)});
}

int Commands::run(const CommandInput& input, Caller::Request request) { return told(send(input, std::move(request))); }

base::Result<http::Response> Commands::send(const CommandInput& input, Caller::Request request) {
  request.headers.emplace_back("X-Project", input.project);
  return caller_.send(request);
}

int Commands::refuse(const base::Error& error) {
  err_ << "proffer: " << error.message << '\n';
  return 1;
}

int Commands::told(const base::Result<http::Response>& response) {
  if (!response) return refuse(response.error());
  if (!good(*response)) {
    tell_problem(response->body);
    return 1;
  }
  if (!response->body.empty()) out_ << response->body << '\n';
  return 0;
}

// The problem document in lines for people: what is wrong, and where.
void Commands::tell_problem(const std::string& text) {
  const auto problem = document::parse_json(text, "the answer");
  if (!problem || !problem->is_object() || !problem->get_object().contains("detail")) {
    err_ << "proffer: " << text << '\n';
    return;
  }
  const auto& members = problem->get_object();
  const auto& errors = members.at("errors").as_array();
  err_ << "proffer: " << std::string_view(members.at("detail").as_string()) << '\n';
  if (errors.size() < 2) return;  // the detail says it
  for (const auto& error : errors) {
    err_ << "  " << std::string_view(error.at("location").as_string()) << ": "
         << std::string_view(error.at("message").as_string());
    if (!error.at("value").is_null()) err_ << ", not " << document::json_text(error.at("value"));
    err_ << '\n';
  }
}

}  // namespace proffer::app
