#if HTTP
  import Glibc
  import NIOCore
  import NIOHTTP1
  import NIOPosix

  /// HTTP server of an exporter.
  ///
  /// One thread reads the figures, another serves all connections, so that a slow client does not delay a reading, and a slow
  /// reading does not delay the other clients.
  package final class ExporterServer {
    /// Address at which the server listens, with its port.
    package let address: String
    private let group: MultiThreadedEventLoopGroup
    private let readers: NIOThreadPool
    private let listener: any Channel
    private let connections: ConnectionRegistry
    private let maintenance: RepeatedTask

    /// Starts to listen.
    /// - Throws: ``ExporterError`` if the address cannot be used.
    package init(_ exporter: Exporter, at address: ListenAddress, limits: ServerLimits = ServerLimits())
      throws(ExporterError)
    {
      group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      readers = NIOThreadPool(numberOfThreads: 1)
      readers.start()
      let (readers, loop) = (self.readers, group.next())
      let connections = ConnectionRegistry(exporter, limits)
      self.connections = connections
      do {
        let resolved = try SocketAddress.makeAddressResolvingHost(address.host, port: address.port)
        listener = try ServerBootstrap(group: group)
          .serverChannelOption(.backlog, value: 256)
          .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
          .childChannelOption(
            .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 2048, maximum: 16384)
          )
          .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
              var decoding = NIOHTTPDecoderLimitConfiguration()
              (decoding.maxHeaderFieldSize, decoding.maxHeaderListSize, decoding.maxHeaderFieldCount) = (
                limits.headerBytes, limits.headerBytes, limits.headerFields
              )
              let pipeline = channel.pipeline.syncOperations
              try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: true, withErrorHandling: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoding)
              try pipeline.addHandler(ConnectionHandler(exporter, readers, connections, limits))
            }
          }
          .bind(to: resolved).wait()
      } catch {
        try? readers.syncShutdownGracefully()
        try? group.syncShutdownGracefully()
        throw ExporterError(description: "--listen \(address): \(ExporterServer.reason(error))")
      }
      let port = listener.localAddress?.port ?? address.port
      self.address = ListenAddress(host: address.host, port: port).description
      maintenance = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
        connections.closeLate()
        guard exporter.beginMaintenance() else { return }
        readers.submit { state in if state == .active { exporter.maintain() } }
      }
    }

    /// Stops to listen, closes all connections, and ends the threads.
    package func stop() {
      maintenance.cancel()
      try? listener.close().wait()
      let connections = connections
      try? listener.eventLoop.submit { connections.closeAll() }.wait()
      try? readers.syncShutdownGracefully()
      try? group.syncShutdownGracefully()
    }

    /// Returns what is wrong with an address, and the remedy.
    private static func reason(_ error: any Error) -> String {
      guard let error = error as? IOError else { return "unknown host; give an address of this machine" }
      return switch error.errnoCode {
      case EADDRINUSE: "another program listens there; end it, or choose another port"
      case EACCES: "ports below 1024 need root or the capability NET_BIND_SERVICE; choose another port"
      case EADDRNOTAVAIL: "this machine does not have the address; give one of its own, or 127.0.0.1"
      default: String(cString: strerror(error.errnoCode)).lowercased()
      }
    }
  }
#endif
