#if HTTP
  import NIOCore
  import NIOHTTP1
  import NIOPosix

  /// A connection: reads one request after the other, and answers each before it reads the next.
  final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What the connection does now.
    enum Activity {
      /// Waits for the first request.
      case opened
      /// Waits for another request.
      case idle
      /// Has read the headers of a request, not its end.
      case receiving
      /// Waits for the figures.
      case reading
      /// Sends the response.
      case sending
    }

    private let exporter: Exporter
    private let readers: NIOThreadPool
    private let registry: ConnectionRegistry
    private let limits: ServerLimits
    private var channel: (any Channel)?
    private var head: HTTPRequestHead?
    private var bodyBytes = 0
    /// Number of requests that were answered, so that a late answer is not taken for that of the next request.
    private var answered = 0
    private(set) var activity = Activity.opened
    /// Begin of the activity.
    private(set) var since = NIODeadline.now()

    init(_ exporter: Exporter, _ readers: NIOThreadPool, _ registry: ConnectionRegistry, _ limits: ServerLimits) {
      (self.exporter, self.readers, self.registry, self.limits) = (exporter, readers, registry, limits)
    }

    /// Whether the connection waits for the client to send a request.
    var isWaiting: Bool { [.opened, .idle, .receiving].contains(activity) }

    /// Returns whether the client has exceeded the time of the activity.
    func isLate(at now: NIODeadline) -> Bool {
      let seconds: Double
      switch activity {
      case .opened, .receiving: seconds = limits.requestSeconds
      case .idle: seconds = limits.idleSeconds
      case .sending: seconds = limits.responseSeconds
      case .reading: return false
      }
      return now - since > .nanoseconds(Int64(seconds * 1e9))
    }

    /// Closes the connection.
    /// - Parameter reason: Reason to count; nil if the client or the server ends.
    func close(_ reason: ServerCounters.Reason?) {
      if let reason { registry.count(reason) }
      registry.remove(self)
      channel?.close(promise: nil)
    }

    private func begin(_ activity: Activity) { (self.activity, since) = (activity, .now()) }

    // MARK: Channel

    func channelActive(context: ChannelHandlerContext) {
      channel = context.channel
      begin(.opened)
      registry.add(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
      registry.remove(self)
      channel = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        (self.head, bodyBytes) = (head, 0)
        begin(.receiving)
      case .body(let bytes):
        bodyBytes += bytes.readableBytes
        guard bodyBytes > limits.bodyBytes, head != nil else { return }
        refuse(context, .payloadTooLarge)
      case .end:
        guard let head else { return }
        answer(head, context)
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      guard let error = error as? HTTPParserError, isWaiting else { return close(nil) }
      refuse(context, error == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest)
    }

    // MARK: Answers

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
      guard head.method == .GET || head.method == .HEAD else {
        var response = ExporterResponse.text("method not allowed; this exporter answers GET and HEAD", status: 405)
        response.allow = "GET, HEAD"
        return send(response, context)
      }
      let request = ExporterRequest(
        head.uri, accept: head.headers["accept"], acceptEncoding: head.headers["accept-encoding"])
      // Answered without the thread of the figures, so that a slow source is not taken for a dead exporter.
      guard request.path != "/-/healthy" else { return send(.text("slabscope is healthy."), context) }
      begin(.reading)
      let number = answered
      let seconds = scrapeTimeout(head)
      let late = context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) {
        guard self.answered == number else { return }
        self.send(.text("the figures could not be read within \(seconds) s", status: 503), context)
      }
      let exporter = exporter
      let future = readers.runIfActive(eventLoop: context.eventLoop) { exporter.response(to: request) }
      future.assumeIsolated().whenComplete { result in
        late.cancel()
        guard self.answered == number else { return }
        switch result {
        case .success(let response): self.send(response, context)
        case .failure: self.close(nil)
        }
      }
    }

    /// Returns the seconds in which the response must begin: a little less than Prometheus waits.
    private func scrapeTimeout(_ head: HTTPRequestHead) -> Double {
      guard let text = head.headers.first(name: "x-prometheus-scrape-timeout-seconds"), let seconds = Double(text),
        seconds > 0, seconds < 3600
      else { return limits.answerSeconds }
      return max(seconds * 0.5, seconds - 0.25)
    }

    private func send(_ response: ExporterResponse, _ context: ChannelHandlerContext) {
      answered += 1
      guard let head, channel != nil else { return }
      registry.beginResponse()
      begin(.sending)
      var fields = HTTPHeaders()
      for (name, value) in response.headers { fields.add(name: name, value: value) }
      fields.add(name: "Content-Length", value: String(response.body.count))
      let keepsAlive = head.isKeepAlive
      fields.add(name: "Connection", value: keepsAlive ? "keep-alive" : "close")
      let status = HTTPResponseStatus(statusCode: response.status)
      context.write(
        wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: fields))), promise: nil)
      if head.method != .HEAD {
        let buffer = context.channel.allocator.buffer(bytes: response.body)
        context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
      }
      self.head = nil
      context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
        guard keepsAlive else { return self.close(nil) }
        if self.activity == .sending { self.begin(.idle) }
      }
    }

    /// Answers a request that cannot be read, and closes the connection.
    private func refuse(_ context: ChannelHandlerContext, _ status: HTTPResponseStatus) {
      answered += 1
      head = nil
      let fields = HTTPHeaders([("Content-Length", "0"), ("Connection", "close")])
      begin(.sending)
      registry.count(.malformed)
      context.write(
        wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: fields))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in self.close(nil) }
    }
  }
#endif
