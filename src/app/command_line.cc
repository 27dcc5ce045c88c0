#include "app/command_line.h"

#include <spdlog/sinks/stdout_sinks.h>

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "app/backup_commands.h"
#include "app/commands.h"
#include "app/move_command.h"
#include "app/options.h"
#include "app/refuse.h"
#include "app/serve.h"
#include "base/log.h"

namespace proffer::app {
namespace {

using Command = int (Commands::*)(const CommandInput&);
using FileCommand = int (*)(const Options&, const CommandInput&, std::ostream& out, std::ostream& err);

// What the arguments said, filled in while they are parsed.
struct Parsed {
  std::string config_file;
  Flags flags;
  CommandInput input;
  Command command = nullptr;
  FileCommand on_file = nullptr;
  bool serve = false;
};

void add_flag(CLI::App& app, Flags& flags, const OptionDoc& option) {
  const std::string name = "--" + std::string(option.name);
  const std::string doc = std::string(option.doc) + " [" + variable_name(option) + "]";
  auto& texts = flags[std::string(option.name)];
  if (option.value.empty()) {
    app.add_flag_callback(
        name, [&texts] { texts = {"true"}; }, doc);
  } else {
    app.add_option(name, texts, doc)->type_name(std::string(option.value))->expected(1)->take_all();
  }
}

void add_options(CLI::App& app, Parsed& parsed, bool all) {
  app.add_option("--config", parsed.config_file, "TOML file with these options, dashes written as underscores")
      ->type_name("FILE");
  for (const auto& option : option_docs()) {
    if (all || option.name == "data") add_flag(app, parsed.flags, option);
  }
}

void describe_app(CLI::App& app) {
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("proffer ") + PROFFER_VERSION);
  app.set_help_all_flag("--help-all", "Help for every subcommand");
}

// A subcommand that becomes requests.
CLI::App* add_command(CLI::App& parent, Parsed& parsed, const std::string& name, const std::string& doc,
                      Command command) {
  auto* app = parent.add_subcommand(name, doc);
  add_options(*app, parsed, false);
  app->add_option("--project", parsed.input.project, "Project to work in")->capture_default_str();
  app->callback([&parsed, command] { parsed.command = command; });
  return app;
}

void add_campaign_commands(CLI::App& app, Parsed& parsed) {
  auto* group = app.add_subcommand("campaign", "Manage campaigns and their offers");
  group->require_subcommand(1);
  add_command(*group, parsed, "list", "All campaigns in short", &Commands::list_campaigns);
  const auto with_name = [&](const char* name, const char* doc, Command command) {
    auto* one = add_command(*group, parsed, name, doc, command);
    one->add_option("name", parsed.input.name, "Campaign")->required();
    return one;
  };
  with_name("get", "A campaign, defaults filled in", &Commands::get_campaign);
  with_name("delete", "Delete a campaign; its log stays", &Commands::delete_campaign);
  with_name("options", "What was learned about its offers", &Commands::show_options);
  auto* put = with_name("put", "Make or replace a campaign", &Commands::put_campaign);
  put->add_option("file", parsed.input.file, "Its document as JSON; - for standard input")->required();
  auto* offers = with_name("offers", "Replace its offers, or add to them", &Commands::put_offers);
  offers->add_flag("--add", parsed.input.add, "Keep the offers that the file does not name");
  offers->add_option("file", parsed.input.file, "Rows: .json, .ndjson or .csv; - for JSON on standard input")
      ->required();
}

// put, get, delete and list of sources.
struct SourceCommands {
  Command put, get, remove, list;
};

void add_source_commands(CLI::App& app, Parsed& parsed, const std::string& name, const std::string& doc,
                         const std::string& of, const SourceCommands& commands) {
  auto* group = app.add_subcommand(name, doc);
  group->require_subcommand(1);
  const auto with_name = [&](const char* what, const char* said, Command command) {
    auto* one = add_command(*group, parsed, what, said, command);
    one->add_option("name", parsed.input.name, of)->required();
    return one;
  };
  with_name("put", "Save a source", commands.put)
      ->add_option("file", parsed.input.file, "Lua source; - for standard input")
      ->required();
  with_name("get", "Print the source", commands.get);
  with_name("delete", "Delete; its versions stay", commands.remove);
  if (commands.list == &Commands::list_custom) {
    add_command(*group, parsed, "list", "All custom endpoints of the project", commands.list);
  } else {
    with_name("list", "The versions that there were", commands.list);
  }
}

void add_hook_commands(CLI::App& app, Parsed& parsed) {
  add_source_commands(app, parsed, "hooks", "Manage the Lua hooks of campaigns", "Campaign",
                      {&Commands::put_hooks, &Commands::get_hooks, &Commands::delete_hooks, &Commands::list_hooks});
  add_source_commands(app, parsed, "custom", "Manage custom endpoints, written in Lua", "Endpoint",
                      {&Commands::put_custom, &Commands::get_custom, &Commands::delete_custom, &Commands::list_custom});
}

void add_customer_commands(CLI::App& app, Parsed& parsed) {
  auto* group = app.add_subcommand("customers", "What is kept of customers");
  group->require_subcommand(1);
  auto* erase = add_command(*group, parsed, "erase", "Put a random name in the place of a customer's, everywhere",
                            &Commands::erase_customer);
  erase->add_option("id", parsed.input.customer, "The customer, as decisions name him")->required();
  erase->add_option("--fields", parsed.input.fields, "Paths that name customers in documents, parted by commas");
}

void add_key_commands(CLI::App& app, Parsed& parsed) {
  auto* group = app.add_subcommand("keys", "Manage API keys");
  group->require_subcommand(1);
  add_command(*group, parsed, "list", "All keys, without their secrets", &Commands::list_keys);
  auto* create = add_command(*group, parsed, "create", "Make a key; its secret is shown once", &Commands::create_key);
  create->add_option("--name", parsed.input.key_name, "What it is for");
  create->add_option("--role", parsed.input.role, "decide, manage or admin")->capture_default_str();
  auto* revoke = add_command(*group, parsed, "revoke", "Revoke a key", &Commands::revoke_key);
  revoke->add_option("id", parsed.input.key_id, "Its id, as `keys list` shows it")->required();
}

void add_personality_commands(CLI::App& app, Parsed& parsed) {
  auto* group = app.add_subcommand("personality", "Spend personalities of customers");
  group->require_subcommand(1);
  add_command(*group, parsed, "labels", "The built-in table of merchant category codes, as CSV",
              &Commands::personality_labels);
  auto* compute = add_command(*group, parsed, "compute", "Compute personalities from a collection of transactions",
                              &Commands::compute_personalities);
  auto& input = parsed.input.personality;
  const auto collection = [&](const char* name, std::string& to, const char* doc) {
    return compute->add_option(name, to, doc)->type_name("DATABASE.NAME");
  };
  collection("--source", input.source, "Transactions")->required();
  collection("--target", input.target, "Personalities, made or replaced")->required();
  compute->add_option("--customer-column", input.customer_column, "Column of the customer [customer, else client_id]");
  compute->add_option("--mcc-column", input.mcc_column, "Column of the merchant category code [mcc]");
  compute->add_option("--amount-column", input.amount_column, "Column of the amount [trns_amt, else amount]");
  compute->add_option("--refunds", input.refunds, "offset, ignore or count [offset]");
  compute->add_option("--spending", input.spending, "Sign of purchases: positive or negative [positive]");
  compute->add_option("--minimum", input.minimum_count, "Transactions below which a customer has no personality")
      ->capture_default_str();
  compute->add_option("--rule", input.rule, "share or relative [share]");
  compute->add_option("--mcc-labels", input.labels_file, "Table instead of the built-in one: .csv, .ndjson or .json")
      ->type_name("FILE");
  collection("--mcc-labels-collection", input.labels_collection, "Collection that holds such a table");
}

void add_token_commands(CLI::App& app, Parsed& parsed) {
  auto* group = app.add_subcommand("tokens", "Manage tokens for the original's server routes");
  group->require_subcommand(1);
  add_command(*group, parsed, "list", "All tokens that have not expired", &Commands::list_tokens);
  auto* create = add_command(*group, parsed, "create", "Make a token; it is shown once", &Commands::create_token);
  create->add_option("--name", parsed.input.key_name, "What it is for")->required();
  create->add_option("--days", parsed.input.days, "Days until it expires")->required();
  auto* revoke = add_command(*group, parsed, "revoke", "Revoke a token", &Commands::revoke_token);
  revoke->add_option("id", parsed.input.key_id, "Its id, as `tokens list` shows it")->required();
}

void add_user_commands(CLI::App& app, Parsed& parsed) {
  auto* group = app.add_subcommand("users", "Manage who may sign in");
  group->require_subcommand(1);
  add_command(*group, parsed, "list", "All users", &Commands::list_users);
  auto* create =
      add_command(*group, parsed, "create", "Make a user; the password is asked for, or read from standard input",
                  &Commands::create_user);
  create->add_option("email", parsed.input.email, "E-mail address")->required();
  create->add_option("--role", parsed.input.user_role, "decide, manage or admin")->capture_default_str();
  auto* remove = add_command(*group, parsed, "delete", "Delete a user; ends his sessions", &Commands::delete_user);
  remove->add_option("email", parsed.input.email, "E-mail address")->required();
}

// Which collections: one, those of a database, or all. Of more than one the file is a directory.
CLI::Option_group* add_collections(CLI::App& app, Parsed& parsed) {
  auto* which = app.add_option_group("Collections");
  which->add_option("--collection", parsed.input.collection, "One collection")->type_name("DATABASE.NAME");
  which->add_option("--database", parsed.input.database, "All of a database: DATABASE.NAME.ndjson in a directory")
      ->type_name("DATABASE");
  which->add_flag("--all", parsed.input.all, "All of the project, likewise");
  return which;
}

void add_form(CLI::App& app, Parsed& parsed) {
  app.add_option("--format", parsed.input.format, "ndjson, csv or json [by the file's ending, else ndjson]");
  app.add_flag("--quiet", parsed.input.quiet, "No progress on standard error");
}

// With collections the only argument is the file.
void arrange_import(CommandInput& input, const CLI::Option& name, const CLI::App& into) {
  if (into.count_all() == 0) {
    if (input.file.empty()) throw CLI::RequiredError(name.empty() ? "name" : "file");
  } else if (input.file.empty()) {
    input.file = name.empty() ? "-" : std::exchange(input.name, {});
  } else {
    throw CLI::ExtrasError({input.file});
  }
}

void add_import_command(CLI::App& app, Parsed& parsed) {
  auto* command = add_command(app, parsed, "import", "Import past decisions into a campaign's log, or documents",
                              &Commands::import_rows);
  command->footer(
      "proffer import CAMPAIGN FILE, proffer import --collection DATABASE.NAME [FILE], or proffer import --all DIR;\n"
      "proffer import --collection DATABASE.NAME cassandra://HOST:9042 --table KEYSPACE.TABLE");
  auto* name = command->add_option("name", parsed.input.name, "Campaign; left out with collections");
  command->add_option("file", parsed.input.file, "Rows: .json, .ndjson or .csv; - for JSON on standard input");
  auto* into = add_collections(*command, parsed);
  into->require_option(0, 1);
  auto* rows = command->add_option_group("Rows of collections");
  rows->needs(into);
  add_form(*rows, parsed);
  rows->add_option("--id-column", parsed.input.id_column, "Column whose value becomes the _id");
  rows->add_option("--text", parsed.input.text_columns, "CSV columns that are never numbers, parted by commas");
  rows->add_option("--table", parsed.input.table, "Table of Cassandra, whose address stands in place of the file")
      ->type_name("[KEYSPACE.]NAME");
  rows->add_option("--query", parsed.input.query, "SELECT that gives the rows, in place of a table");
  rows->add_option("--skip", parsed.input.skip, "Rows at the beginning that an earlier import put");
  // Not the final callback, which add_command has taken.
  command->parse_complete_callback([&parsed, name, into] { arrange_import(parsed.input, *name, *into); });
}

void add_export_command(CLI::App& app, Parsed& parsed) {
  auto* out = add_command(app, parsed, "export", "Write collections to files", &Commands::export_documents);
  add_collections(*out, parsed)->require_option(1);
  add_form(*out, parsed);
  auto* file = out->add_option("file", parsed.input.file, "Where to; standard output when absent or -");
  out->parse_complete_callback([&parsed, file] {
    if (parsed.input.collection.empty() && file->empty()) throw CLI::RequiredError("file");
  });
}

void add_log_commands(CLI::App& app, Parsed& parsed) {
  add_import_command(app, parsed);
  add_export_command(app, parsed);
  auto* replay = add_command(app, parsed, "replay", "Decide again what was decided, and compare", &Commands::replay);
  replay->add_option("uuid", parsed.input.uuid, "Of the decision")->required();
}

// A subcommand on the database file itself.
CLI::App* add_file_command(CLI::App& parent, Parsed& parsed, const std::string& name, const std::string& doc,
                           FileCommand command) {
  auto* app = parent.add_subcommand(name, doc);
  add_options(*app, parsed, false);
  app->add_flag("--replace", parsed.input.replace, "Take the place of what is there");
  app->add_flag("--quiet", parsed.input.quiet, "No progress on standard error");
  app->callback([&parsed, command] { parsed.on_file = command; });
  return app;
}

void add_backup_commands(CLI::App& app, Parsed& parsed) {
  add_file_command(app, parsed, "backup", "Copy the embedded store into a file, also while a server runs", back_up)
      ->add_option("file", parsed.input.file, "Where to; in a directory, proffer-TIME.db")
      ->required();
  add_file_command(app, parsed, "restore", "Make a data directory from a backup", restore)
      ->add_option("file", parsed.input.file, "The backup, or a data directory that nobody uses")
      ->required();
}

void add_move_command(CLI::App& app, Parsed& parsed) {
  auto* move = app.add_subcommand("move", "Copy everything from one store into another, empty one");
  add_options(*move, parsed, false);
  move->add_option("--from", parsed.input.move_from, "sqlite:DIR, which no server uses")->required();
  move->add_option("--to", parsed.input.move_to,
                   "mongodb://HOST/… (then --data is this node's directory), or sqlite:DIR")
      ->required();
  move->add_flag("--quiet", parsed.input.quiet, "No progress on standard error");
  move->callback([&parsed] { parsed.on_file = move_everything; });
}

// What was not given as a flag is no flag.
void drop_empty(Flags& flags) {
  std::erase_if(flags, [](const auto& entry) { return entry.second.empty(); });
}

// Help that was asked for goes to standard output; anything else is refused.
int told(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
  refuse(std::string(error.what()) + " (see proffer --help-all)");
  return 2;
}

// Only what makes something may make the data directory too: elsewhere a name that is not there is a typing error.
bool makes_directory(Command command) {
  return command == &Commands::create_key || command == &Commands::put_campaign || command == &Commands::create_token ||
         command == &Commands::create_user;
}

int run_command(const Options& options, const Parsed& parsed) {
  spdlog::set_level(spdlog::level::warn);
  if (parsed.on_file != nullptr) return parsed.on_file(options, parsed.input, std::cout, std::cerr);
  if (!makes_directory(parsed.command) && !std::filesystem::exists(options.data)) {
    return refuse("there is no data directory " + options.data + " (--data names another)");
  }
  auto caller = Caller::open(options);
  if (!caller) return refuse(caller.error().message);
  Commands commands(**caller, std::cout, std::cerr);
  CommandInput input = parsed.input;
  input.table_user = options.cassandra_user;
  input.table_password = options.cassandra_password;
  return (commands.*parsed.command)(input);
}

}  // namespace

int run_command_line(int count, char** arguments) {
  ::umask(077);  // what is made in a data directory is its owner's alone
  spdlog::set_default_logger(spdlog::stderr_logger_mt("proffer"));
  CLI::App app("Proffer: which offer, action or message for this customer, now?", "proffer");
  Parsed parsed;
  describe_app(app);
  auto* serve_app = app.add_subcommand("serve", "Answer requests until SIGTERM or SIGINT");
  add_options(*serve_app, parsed, true);
  serve_app->callback([&parsed] { parsed.serve = true; });
  add_campaign_commands(app, parsed);
  add_log_commands(app, parsed);
  add_backup_commands(app, parsed);
  add_move_command(app, parsed);
  add_hook_commands(app, parsed);
  add_customer_commands(app, parsed);
  add_key_commands(app, parsed);
  add_personality_commands(app, parsed);
  add_token_commands(app, parsed);
  add_user_commands(app, parsed);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return told(app, error);
  }
  drop_empty(parsed.flags);
  if (const char* file = std::getenv("PROFFER_CONFIG"); file != nullptr && parsed.config_file.empty()) {
    parsed.config_file = file;
  }
  const auto options =
      read_options(parsed.config_file, parsed.flags, [](const char* name) { return std::getenv(name); });
  if (!options) return refuse(options.error().message);
  return parsed.serve ? serve(*options) : run_command(*options, parsed);
}

}  // namespace proffer::app
