#if HTTP
  import Glibc
  import NIOCore
  import NIOHTTP1
  import NIOPosix

  /// HTTP client of swift-nio: a connection for each request, without TLS.
  package struct NIOTransport: HTTPTransport {
    /// Creates a client.
    package init() {}

    package func post(_ request: HTTPRequest) throws(PrometheusError) -> HTTPAnswer {
      let loop = MultiThreadedEventLoopGroup.singleton.next()
      let answer = loop.makePromise(of: HTTPAnswer.self)
      let timeout = TimeAmount.milliseconds(Int64(min(max(request.timeout, 0.001), 1e6) * 1000))
      let connection = ClientBootstrap(group: loop)
        .connectTimeout(timeout)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(ResponseCollector(request, answer))
          }
        }
        .connect(host: request.server.host, port: request.server.port)
      connection.whenFailure { answer.fail($0) }
      let deadline = loop.scheduleTask(in: timeout) {
        answer.fail(PrometheusError.timedOut(server: request.server.text, seconds: request.timeout))
      }
      defer {
        deadline.cancel()
        connection.whenSuccess { $0.close(promise: nil) }
      }
      do {
        return try answer.futureResult.wait()
      } catch let error as PrometheusError {
        throw error
      } catch {
        throw NIOTransport.failure(error, request)
      }
    }

    /// Returns the failure to connect in the words of the system.
    private static func failure(_ error: any Error, _ request: HTTPRequest) -> PrometheusError {
      let server = request.server.text
      switch error {
      case let error as NIOConnectionError:
        guard let first = error.connectionErrors.first?.error else {
          return .unreachable(server: server, reason: "the host name is not known")
        }
        if case ChannelError.connectTimeout = first { return .timedOut(server: server, seconds: request.timeout) }
        guard let system = first as? IOError else { return .unreachable(server: server, reason: "\(first)") }
        return .unreachable(server: server, reason: text(of: system.errnoCode))
      case ChannelError.connectTimeout: return .timedOut(server: server, seconds: request.timeout)
      case let error as IOError: return .unreachable(server: server, reason: text(of: error.errnoCode))
      case HTTPParserError.invalidEOFState: return .incomplete(server: server)
      case let error as HTTPParserError:
        return .notPrometheus(server: server, reason: "an answer that is not HTTP (\(error))")
      default: return .unreachable(server: server, reason: "\(error)")
      }
    }

    private static func text(of code: CInt) -> String { String(cString: strerror(code)).lowercased() }
  }

  /// Sends a request when the connection is established, and collects the answer.
  private final class ResponseCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: HTTPRequest
    private let promise: EventLoopPromise<HTTPAnswer>
    private var answer: HTTPAnswer?

    init(_ request: HTTPRequest, _ promise: EventLoopPromise<HTTPAnswer>) {
      (self.request, self.promise) = (request, promise)
    }

    func channelActive(context: ChannelHandlerContext) {
      var headers: HTTPHeaders = [
        "Host": request.server.authority, "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": "\(request.form.utf8.count)", "Accept": "application/json", "Connection": "close",
        "User-Agent": "slabscope",
      ]
      if let authorization = request.authorization { headers.add(name: "Authorization", value: authorization) }
      let uri = request.server.prefix + request.path
      let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: uri, headers: headers)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: request.form)))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        answer = HTTPAnswer(
          status: Int(head.status.code), location: head.headers.first(name: "Location"), body: [])
      case .body(let bytes):
        guard var collected = answer else { return }
        // Appends without a copy of what there is.
        answer = nil
        collected.body.append(contentsOf: bytes.readableBytesView)
        guard collected.body.count <= request.mostBytes else {
          promise.fail(PrometheusError.tooLarge(server: request.server.text, limit: request.mostBytes))
          return context.close(promise: nil)
        }
        answer = collected
      case .end:
        if let answer { promise.succeed(answer) }
        answer = nil
        context.close(promise: nil)
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      promise.fail(error)
      context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
      promise.fail(PrometheusError.incomplete(server: request.server.text))
    }
  }
#else
  /// Stands for the HTTP client in a build without the trait HTTP.
  package struct NIOTransport: HTTPTransport {
    /// Creates a client.
    package init() {}

    package func post(_ request: HTTPRequest) throws(PrometheusError) -> HTTPAnswer { throw .notBuilt }
  }
#endif
