#if HTTP
  import Fleet
  import NIOCore
  import NIOPosix
  import Testing

  /// The HTTP client against a server on a loopback port.
  @Suite struct NIOTransportTests {
    @Test func answerIsComplete() throws {
      let body = #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[7,"8"]}]}}"#
      let server = try LoopbackServer(answer(body))
      defer { server.close() }
      #expect(try client(server).now() == 8)
      let chunked = try LoopbackServer(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
      )
      defer { chunked.close() }
      #expect(try client(chunked).now() == 8)
    }

    @Test func closedPortIsUnreachable() throws {
      let server = try LoopbackServer("")
      server.close()
      let error = #expect(throws: PrometheusError.self) { try client(server).now() }
      #expect(
        try #require(error).description.contains("no connection to Prometheus: connection refused; check the host"))
    }

    @Test(arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":", "HTTP/1.1 200 OK\r\nContent-Le", "",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"st",
    ])
    func truncatedAnswerIsIncomplete(text: String) throws {
      let server = try LoopbackServer(text, closes: true)
      defer { server.close() }
      let error = #expect(throws: PrometheusError.self) { try client(server).now() }
      #expect(error == .incomplete(server: server.address))
    }

    @Test func textThatIsNotHTTPIsNoPrometheus() throws {
      let server = try LoopbackServer("SSH-2.0-OpenSSH_9.2\r\n\r\n", closes: true)
      defer { server.close() }
      let error = #expect(throws: PrometheusError.self) { try client(server).now() }
      #expect(try #require(error).description.contains("found an answer that is not HTTP"))
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"])
    func slowAnswerTimesOut(text: String) throws {
      let server = try LoopbackServer(text)
      defer { server.close() }
      var client = try client(server)
      client.timeout = 0.05
      let error = #expect(throws: PrometheusError.self) { try client.now() }
      #expect(error == .timedOut(server: server.address, seconds: 0.05))
    }

    @Test func hugeAnswerIsRefused() throws {
      let server = try LoopbackServer(answer(String(repeating: "x", count: 100_000)))
      defer { server.close() }
      var client = try client(server)
      client.mostBytes = 50_000
      let error = #expect(throws: PrometheusError.self) { try client.now() }
      #expect(error == .tooLarge(server: server.address, limit: 50_000))
    }

    @Test func unknownHostIsNamed() throws {
      let client = PrometheusClient(
        try PrometheusAddress("http://no-such-host.invalid:9090"), transport: NIOTransport())
      let error = #expect(throws: PrometheusError.self) { try client.now() }
      #expect(try #require(error).description.hasPrefix("http://no-such-host.invalid:9090: "))
    }

    private func client(_ server: LoopbackServer) throws -> PrometheusClient {
      PrometheusClient(try PrometheusAddress(server.address), transport: NIOTransport())
    }

    private func answer(_ body: String) -> String {
      "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
  }

  /// Server that sends the same bytes to every connection after its first bytes have arrived.
  private final class LoopbackServer: Sendable {
    private let channel: any Channel
    let address: String

    /// Starts a server on a free port.
    /// - Parameter closes: Whether the connection is closed after the text, or else stays open.
    init(_ text: String, closes: Bool = false) throws {
      channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(Sender(text, closes: closes))
          }
        }
        .bind(host: "127.0.0.1", port: 0).wait()
      address = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    func close() { try? channel.close().wait() }

    private final class Sender: ChannelInboundHandler {
      typealias InboundIn = ByteBuffer
      typealias OutboundOut = ByteBuffer
      private let text: String
      private let closes: Bool
      private var isDone = false

      init(_ text: String, closes: Bool) { (self.text, self.closes) = (text, closes) }

      func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return }
        isDone = true
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        if closes { context.close(promise: nil) }
      }
    }
  }
#endif
