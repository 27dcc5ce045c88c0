import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.cassandra.cql3.QueryProcessor;
import org.apache.cassandra.service.CassandraDaemon;

/** One Cassandra node with authentication: CassandraTestServer DIR PORT. Prints its address once one can log in. */
public final class CassandraTestServer {
  // TLS and plain connections on one port, so that tests of both need one server.
  private static final String CONFIGURATION = """
      cluster_name: tests
      num_tokens: 1
      partitioner: org.apache.cassandra.dht.Murmur3Partitioner
      seed_provider:
        - class_name: org.apache.cassandra.locator.SimpleSeedProvider
          parameters: [{seeds: "127.0.0.1:%1$d"}]
      listen_address: 127.0.0.1
      rpc_address: 127.0.0.1
      storage_port: %1$d
      native_transport_port: %2$d
      endpoint_snitch: SimpleSnitch
      commitlog_sync: periodic
      commitlog_sync_period: 10000ms
      commitlog_segment_size: 8MiB
      data_file_directories: ["%3$s/data"]
      commitlog_directory: "%3$s/commitlog"
      saved_caches_directory: "%3$s/saved_caches"
      hints_directory: "%3$s/hints"
      cdc_raw_directory: "%3$s/cdc_raw"
      authenticator: PasswordAuthenticator
      authorizer: CassandraAuthorizer
      role_manager: CassandraRoleManager
      client_encryption_options:
        enabled: true
        optional: true
        keystore: "%3$s/keystore"
        keystore_password: cassandra
      """;

  public static void main(String[] arguments) throws Exception {
    PrintStream out = System.out;
    System.setOut(System.err);
    Path directory = Path.of(arguments[0]).toAbsolutePath();
    int port = Integer.parseInt(arguments[1]);
    if (port == 0) port = freePort();
    Path configuration = directory.resolve("cassandra.yaml");
    Files.writeString(configuration, CONFIGURATION.formatted(storagePort(directory), port, directory));
    System.setProperty("cassandra.config", configuration.toUri().toString());
    System.setProperty("cassandra.storagedir", directory.toString());
    System.setProperty("cassandra-foreground", "yes");
    System.setProperty("cassandra.ring_delay_ms", "100");
    System.setProperty("cassandra.skip_wait_for_gossip_to_settle", "0");
    System.setProperty("cassandra.superuser_setup_delay_ms", "0");
    System.setProperty("cassandra.unsafesystem", "true");  // no flush of system tables at each change of a schema
    CassandraDaemon daemon = new CassandraDaemon();
    daemon.activate();
    awaitSuperuser();
    out.println("cassandra://127.0.0.1:" + port);
    out.flush();
  }

  // It is made by a task behind the start.
  private static void awaitSuperuser() throws InterruptedException {
    while (QueryProcessor.executeInternal("SELECT role FROM system_auth.roles WHERE role = 'cassandra'").isEmpty()) {
      Thread.sleep(50);
    }
  }

  // The same at the next start: it is part of the node's name in its own tables.
  private static int storagePort(Path directory) throws IOException {
    Path kept = directory.resolve("storage_port");
    if (!Files.exists(kept)) Files.writeString(kept, Integer.toString(freePort()));
    return Integer.parseInt(Files.readString(kept));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
