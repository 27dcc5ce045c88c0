// Every bound in one place. Past one of them a caller gets 413, 422, 429 or 503, never a crash and never unbounded
// memory.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace proffer::base::limits {

// Requests. The body limits are defaults of options.
inline constexpr std::size_t body_decision_bytes = 1 << 20;
inline constexpr std::size_t body_offers_bytes = 64 << 20;
inline constexpr std::size_t header_bytes = 16 << 10;
inline constexpr std::size_t header_fields = 100;
inline constexpr std::size_t target_bytes = 8 << 10;
inline constexpr std::size_t json_depth = 64;
inline constexpr std::size_t connections = 10'000;
inline constexpr std::size_t requests_queued_for_workers = 256;
inline constexpr std::chrono::seconds header_deadline{10};
inline constexpr std::chrono::seconds idle_deadline{75};
inline constexpr std::chrono::seconds body_deadline_base{10};   // grows with the length:
inline constexpr std::size_t body_bytes_per_second = 64 << 10;  // the slowest client that is waited for
inline constexpr std::chrono::seconds drain_deadline{20};       // open requests at shutdown
inline constexpr std::chrono::hours idempotency_lifetime{24};
inline constexpr std::size_t idempotency_key_bytes = 255;
inline constexpr std::size_t validation_errors = 100;  // told at once; the rest is counted

// Calls to other servers.
inline constexpr unsigned outside_threads = 4;  // of the requests that wait for other servers
inline constexpr std::size_t requests_queued_outside = 64;
inline constexpr std::chrono::seconds outgoing_deadline{30};
inline constexpr std::size_t outgoing_answer_bytes = 1 << 20;

// Cassandra as a source of rows.
inline constexpr std::size_t cassandra_frame_bytes = 32 << 20;  // of one answer: a page of rows
inline constexpr std::size_t cassandra_row_bytes = 1 << 20;     // of one row, as it is sent
inline constexpr std::size_t cassandra_page_rows = 500;         // asked for at once, unless the address says another
inline constexpr std::size_t cassandra_page_rows_most = 5'000;
inline constexpr std::size_t cassandra_columns = 2'000;      // of one answer
inline constexpr std::size_t cassandra_types = 10'000;       // of these columns, parts of types counted
inline constexpr std::size_t cassandra_type_depth = 32;      // types within types
inline constexpr std::size_t cassandra_number_bytes = 1024;  // of a varint: about 2,466 digits
inline constexpr std::size_t cassandra_query_bytes = 16 << 10;
inline constexpr std::size_t cassandra_prepared = 100;                // queries that one connection remembers
inline constexpr std::size_t cassandra_connections = 4;               // kept open while nothing is asked
inline constexpr std::size_t cassandra_hosts = 16;                    // in one address
inline constexpr std::size_t cassandra_message_bytes = 500;           // of what the server says is wrong
inline constexpr std::chrono::seconds cassandra_connect_deadline{5};  // log-in included
inline constexpr std::chrono::seconds cassandra_read_deadline{15};    // of one page: beyond the server's own 10 s
inline constexpr std::chrono::seconds cassandra_idle{60};             // of a connection that is still trusted

// Rows that another database gives for one query.
inline constexpr std::size_t table_rows = 100'000;
inline constexpr std::size_t table_bytes = 256 << 20;
inline constexpr std::chrono::seconds table_deadline{60};
inline constexpr std::chrono::seconds table_lookup_deadline{2};  // of one row for a decision
inline constexpr std::chrono::hours table_import_deadline{24};
// MongoDB, where its address says nothing else. An operation that finds the server away ends after the sum of the
// waits, one that is repeated once after twice that.
inline constexpr std::chrono::milliseconds mongodb_connect_wait{3'000};
inline constexpr std::chrono::milliseconds mongodb_server_wait{5'000};    // for a server, or a free connection
inline constexpr std::chrono::milliseconds mongodb_answer_wait{10'000};   // for an answer to one command
inline constexpr std::chrono::milliseconds mongodb_majority_wait{8'000};  // of a write, for the majority
inline constexpr std::chrono::milliseconds mongodb_index_wait{3'600'000};
inline constexpr int mongodb_least_wire_version = 8;  // MongoDB 4.2, whose indexes take any text
inline constexpr int update_attempts = 20;            // of an update that others come before

// Tokens and users.
inline constexpr std::size_t token_bytes = 4 << 10;
inline constexpr std::size_t tokens = 10'000;  // of all kinds, expired ones not counted
inline constexpr std::size_t sessions_of_user = 20;
inline constexpr std::size_t users = 10'000;
inline constexpr std::size_t password_bytes_least = 8;
inline constexpr std::size_t password_bytes = 1'000;
inline constexpr std::size_t token_days = 3'650;
inline constexpr std::chrono::hours session_lifetime{12};
inline constexpr std::chrono::hours refresh_lifetime{24 * 30};
inline constexpr unsigned password_hashes_at_a_time = 2;  // each takes 32 MiB and about 0.1 s
inline constexpr unsigned failed_logins = 10;             // of one address, within:
inline constexpr std::chrono::minutes failed_logins_window{5};

// Bodies that are taken in pieces, and what becomes of their rows.
inline constexpr std::size_t body_streamed_bytes = std::size_t{1} << 40;
inline constexpr std::size_t bodies_streamed = 64;  // at a time
inline constexpr std::size_t row_bytes = 1 << 20;   // of one row, as text
inline constexpr std::size_t import_batch_rows = 500;
inline constexpr std::size_t import_batch_bytes = 1 << 20;

// Collections of users.
inline constexpr std::size_t collections = 10'000;
inline constexpr std::size_t collection_name_bytes = 100;
inline constexpr std::size_t document_id_bytes = 1'000;
inline constexpr std::size_t filter_conditions = 100;
inline constexpr std::size_t projected_paths = 100;
inline constexpr std::size_t find_bytes = 4 << 20;  // of the documents of one answer, as text
inline constexpr std::size_t csv_columns = 10'000;
inline constexpr std::size_t find_documents_read = 100'000;  // for one answer

// Names and values.
inline constexpr std::size_t campaign_name_bytes = 100;
inline constexpr std::size_t offer_name_bytes = 1'000;
inline constexpr std::size_t customer_bytes = 1'000;
inline constexpr std::size_t text_field_bytes = 1'000;  // channel, subcampaign, userid …
inline constexpr std::size_t prompt_instructions_bytes = 10'000;
inline constexpr std::size_t prompt_offers = 200;  // that one prompt asks about; the others score at random
inline constexpr std::size_t offers_per_campaign = 100'000;
inline constexpr std::size_t options_per_campaign = 1'000'000;
inline constexpr std::size_t offers_asked = 1'000;
inline constexpr std::size_t campaigns = 10'000;
inline constexpr std::size_t document_bytes = 16 << 20;
inline constexpr std::size_t indexes_per_collection = 32;
inline constexpr std::size_t indexed_path_bytes = 1'000;
inline constexpr std::size_t tracked_customers = 100'000;  // with arms of their own, a campaign; the latest stay
inline constexpr std::size_t cached_answers = 100'000;     // a campaign; the latest stay

// Eligibility and features of a campaign.
inline constexpr std::size_t constraints_per_campaign = 100;  // caps, quiet hours, rules: of each so many
inline constexpr std::size_t lookups_per_campaign = 10;
inline constexpr std::size_t features_per_lookup = 1'000;
inline constexpr std::size_t virtual_variables = 100;
inline constexpr std::size_t virtual_variable_parts = 1'000;  // buckets, or fields
inline constexpr std::size_t rule_bytes = 16'000;
inline constexpr std::size_t rule_nodes = 1'000;
inline constexpr std::size_t rule_depth = 64;  // operators within operators

// Hooks: what one session of the user's code may use, and how much of it is kept.
inline constexpr std::size_t hook_source_bytes = 256 << 10;
inline constexpr std::uint64_t hook_instructions = 1'000'000;  // of the language's machine: some 10 ms
inline constexpr std::size_t hook_memory_bytes = 8 << 20;
inline constexpr std::chrono::microseconds hook_time{100'000};  // backstop where a machine is slow
inline constexpr std::uint64_t custom_instructions = 100'000'000;
inline constexpr std::size_t custom_memory_bytes = 64 << 20;
inline constexpr std::chrono::microseconds custom_time{5'000'000};  // waiting for decisions included
inline constexpr std::size_t custom_calls = 100;                    // invocations and responses of one request
inline constexpr std::size_t custom_endpoints = 1'000;              // of one project
inline constexpr std::size_t custom_versions = 100;                 // of one endpoint; the latest stay
inline constexpr std::size_t hook_added_bytes = 64 << 10;           // members that post_score adds to one decision
inline constexpr std::uint32_t hook_redraws = 200;                  // propensities where post_score changes the slate
inline constexpr std::size_t hook_error_bytes = 500;
inline constexpr std::size_t hook_error_series = 1'000;          // metrics: distinct campaigns and functions
inline constexpr std::size_t personality_customers = 2'000'000;  // of one computation: about 150 bytes each

// The log.
inline constexpr std::size_t log_queue_records = 16'384;  // reserved and not yet committed
inline constexpr std::size_t log_queue_bytes = 64 << 20;
inline constexpr std::size_t log_batch_records = 1'024;  // in one commit
inline constexpr std::size_t log_batch_bytes = 8 << 20;
inline constexpr std::size_t log_scan_records = 200'000;  // read by one call of a listing
inline constexpr std::size_t prune_records = 8'192;       // removed by one step
inline constexpr std::size_t baseline_part_bytes = 1 << 20;
inline constexpr std::size_t page_rows = 1'000;     // one answer of a listing
inline constexpr std::size_t import_rows = 10'000;  // one call of an import
inline constexpr std::uint64_t records_between_checkpoints = 50'000;
inline constexpr std::chrono::microseconds settling = std::chrono::seconds{2};  // records of other nodes come within
inline constexpr std::size_t recent_segment_bytes = 64 << 20;                   // of all nodes, in memory
inline constexpr std::size_t segments_followed = 1'000;  // rounds of one look for what other nodes have written
inline constexpr std::chrono::microseconds nodes_known_for = std::chrono::seconds{1};
inline constexpr std::size_t copied_records = 500;  // into the logging collections, at once
inline constexpr std::chrono::microseconds copied_late = std::chrono::seconds{10};
inline constexpr std::chrono::microseconds jobs_lease = std::chrono::seconds{10};
inline constexpr std::chrono::microseconds edit_lease = std::chrono::seconds{60};
inline constexpr std::chrono::microseconds node_lease = std::chrono::seconds{60};
inline constexpr std::chrono::microseconds node_renewed_every = std::chrono::seconds{2};
inline constexpr std::chrono::microseconds set_aside_for = std::chrono::hours{24};  // at most, for a node that is away
inline constexpr std::chrono::microseconds clocks_differ = std::chrono::seconds{1};
inline constexpr std::chrono::milliseconds spool_drain_every{200};
inline constexpr std::size_t waiting_records = 200'000;    // of other nodes, read and not folded yet
inline constexpr std::size_t merged_read_records = 4'096;  // of each node, in memory while logs are read as one

// Models.
inline constexpr std::size_t model_contacts = 1 << 18;  // that one model holds; the newest count
inline constexpr std::size_t model_features = 64;
inline constexpr std::size_t customer_contacts = 4'096;   // slates of one customer that a model looks at
inline constexpr std::size_t network_contacts = 1 << 16;  // as model_contacts, for a network
inline constexpr std::size_t factor_contacts = 1 << 16;   // and for factors
inline constexpr std::size_t factor_steps = 1 << 26;      // multiplications of one fit, some ten milliseconds
inline constexpr std::size_t network_places = 16;         // of a slate that take part in a network
inline constexpr std::size_t network_steps = 1 << 20;     // edges times iterations of one PageRank, a few milliseconds

// Propensities.
inline constexpr std::size_t exact_propensity_arms = 1'000;            // above: counted from draws, saying so
inline constexpr std::size_t exact_propensity_nodes = 2'048;           // of one quadrature
inline constexpr std::size_t exact_propensity_table_values = 1 << 18;  // arms times nodes
inline constexpr std::size_t exact_propensity_steps = 1 << 23;  // inner steps of one quadrature, a few milliseconds
inline constexpr std::size_t propensity_distinct_arms = 2'000;  // looked at to find equal ones and those out of reach
inline constexpr std::size_t propensity_candidates_drawn = 50'000;  // in all counted draws of one decision
inline constexpr std::size_t mixture_laws = 200;                    // different Beta laws in a quadrature of mixtures
inline constexpr std::size_t mixture_propensity_steps = 1 << 22;    // inner steps of one, a few milliseconds
inline constexpr std::size_t propensity_table_bytes = 8 << 20;      // cached by each thread

}  // namespace proffer::base::limits
