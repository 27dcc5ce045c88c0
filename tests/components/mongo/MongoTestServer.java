import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;

/** A MongoDB-protocol server on one H2 file: MongoTestServer FILE PORT. Prints its address once it listens. */
public final class MongoTestServer {
  public static void main(String[] arguments) {
    MongoServer server = new MongoServer(new H2Backend(arguments[0]).version(ServerVersion.MONGO_5_0));
    server.bind("127.0.0.1", Integer.parseInt(arguments[1]));
    // At SIGTERM: what was acknowledged goes into the file.
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    System.out.println("mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
  }
}
