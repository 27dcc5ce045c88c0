// The subcommands beside `serve`: each is one or more requests to the routes, and prints what they answer.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "app/caller.h"
#include "app/personality_command.h"

namespace proffer::app {

struct CollectionName;

struct CommandInput {
  std::string project = "default";
  std::string name;  // campaign, custom endpoint
  std::string file;  // "-": standard input
  bool add = false;  // offers: those that are not named stay
  std::string uuid;
  std::string key_id;
  std::string key_name;
  std::string role = "decide";
  std::string collection;  // DATABASE.COLLECTION or DATABASE/COLLECTION
  std::string id_column;
  std::string text_columns;  // parted by commas
  std::string format;        // ndjson, csv or json; empty: by the file's ending
  std::string database;      // of import and export: all collections of one; the file is a directory then
  bool all = false;          // or of all databases
  std::string query;         // of an import from another database: a SELECT
  std::string table;         // or all of [KEYSPACE.]TABLE
  std::string table_user;    // there, where the address names none
  std::string table_password;
  std::size_t skip = 0;   // rows that an earlier import put
  bool quiet = false;     // no progress
  bool replace = false;   // backup and restore: what is there
  std::string move_from;  // addresses of stores
  std::string move_to;
  PersonalityInput personality;
  std::string user_role = "manage";
  std::uint32_t days = 0;  // until a token expires
  std::string email;
  std::string customer;
  std::string fields;  // parted by commas
};

// As a segment of a path or a value in a query.
std::string encoded(const std::string& text);
// By the file's ending; standard input is JSON.
std::string content_type_of(const std::string& file);

// Each prints to `out` and gives the exit status; a refusal is printed to `err`.
class Commands {
 public:
  Commands(Caller& caller, std::ostream& out, std::ostream& err) : caller_(caller), out_(out), err_(err) {}

  int list_campaigns(const CommandInput&);
  int get_campaign(const CommandInput&);
  int put_campaign(const CommandInput&);
  int delete_campaign(const CommandInput&);
  int put_offers(const CommandInput&);
  int show_options(const CommandInput&);
  // Past decisions into a campaign's log, or documents into one collection or those of a directory.
  int import_rows(const CommandInput&);
  int export_documents(const CommandInput&);
  int put_hooks(const CommandInput&);
  int get_hooks(const CommandInput&);
  int delete_hooks(const CommandInput&);
  int list_hooks(const CommandInput&);
  int put_custom(const CommandInput&);
  int get_custom(const CommandInput&);
  int delete_custom(const CommandInput&);
  int list_custom(const CommandInput&);
  int replay(const CommandInput&);
  int erase_customer(const CommandInput&);
  int create_key(const CommandInput&);
  int list_keys(const CommandInput&);
  int revoke_key(const CommandInput&);
  int compute_personalities(const CommandInput&);
  int personality_labels(const CommandInput&);
  int create_token(const CommandInput&);
  int list_tokens(const CommandInput&);
  int revoke_token(const CommandInput&);
  int create_user(const CommandInput&);
  int list_users(const CommandInput&);
  int delete_user(const CommandInput&);

 private:
  int import_decisions(const CommandInput&);
  int import_documents(const CommandInput&);
  int import_directory(const CommandInput&);
  int export_directory(const CommandInput&);
  base::Result<std::size_t> export_collection(const CommandInput&, const CollectionName&, const std::string& type,
                                              const std::string& file);
  int run(const CommandInput& input, Caller::Request request);
  base::Result<http::Response> send(const CommandInput& input, Caller::Request request);
  int refuse(const base::Error& error);
  int told(const base::Result<http::Response>& response);
  void tell_problem(const std::string& text);
  int send_file(const CommandInput& input, const std::string& method, const std::string& target);

  Caller& caller_;
  std::ostream& out_;
  std::ostream& err_;
};

}  // namespace proffer::app
