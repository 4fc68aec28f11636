#if HTTP
  import Exporter
  import Profiles
  import Synchronization
  import Telemetry
  import Glibc
  import Testing

  /// Requests to a real server on a free port of the loopback interface.
  @Suite("The server of an exporter")
  struct ServerTests {
    private func withServer(
      _ source: FakeSource = FakeSource(), _ limits: ServerLimits = ServerLimits(),
      _ body: (String, Exporter) throws -> Void
    ) throws {
      let exporter = try Exporter(source, ExporterOptions())
      let server = try ExporterServer(exporter, at: ListenAddress(port: 0), limits: limits)
      defer { server.stop() }
      try body(server.address, exporter)
    }

    private func answer(_ address: String, _ request: String, hasBody: Bool = true) throws -> String {
      let client = try HTTPClient(address)
      client.send(request)
      return client.response(hasBody: hasBody)
    }

    @Test("GET, HEAD, and other methods and paths")
    func methods() throws {
      try withServer { address, _ in
        let get = try answer(address, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(get.hasPrefix("HTTP/1.1 200 OK\r\n") && get.contains("\r\nContent-Type: text/plain; version=0.0.4"))
        #expect(get.contains("\nslabscope_cache_slab_bytes{slab=\"cache-1\"} 4096\n"))
        let head = try answer(address, "HEAD /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", hasBody: false)
        #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.hasSuffix("\r\n\r\n"))
        let post = try answer(address, "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
        #expect(post.hasPrefix("HTTP/1.1 405 ") && post.contains("\r\nAllow: GET, HEAD\r\n"))
        #expect(try answer(address, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP/1.1 404 "))
        #expect(try answer(address, "GET /-/healthy HTTP/1.0\r\n\r\n").hasSuffix("slabscope is healthy.\n"))
      }
    }

    @Test("One connection carries several requests, also at once")
    func keepAlive() throws {
      try withServer { address, _ in
        let client = try HTTPClient(address)
        for _ in 0..<3 {
          client.send("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
          #expect(client.response().hasSuffix("slabscope is healthy.\n"))
        }
        client.send("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\nGET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        _ = client.response()
        #expect(client.isClosed())
      }
    }

    @Test(
      "Malformed requests are refused, and the next request is answered",
      arguments: [
        "nonsense\r\n\r\n", "GET /metrics HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n",
      ])
    func malformed(request: String) throws {
      try withServer { address, exporter in
        let client = try HTTPClient(address)
        client.send(request)
        #expect(client.response().hasPrefix("HTTP/1.1 400 "))
        #expect(client.isClosed())
        #expect(try answer(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
        #expect(exporter.server.withLock { $0.closed[.malformed] } == 1)
      }
    }

    @Test("Headers and bodies that are too large are refused")
    func tooLarge() throws {
      try withServer { address, _ in
        let fields = String(repeating: "x: " + String(repeating: "y", count: 1000) + "\r\n", count: 20)
        #expect(try answer(address, "GET / HTTP/1.1\r\n\(fields)\r\n").hasPrefix("HTTP/1.1 431 "))
        let target = String(repeating: "z", count: 100_000)
        #expect(try answer(address, "GET /\(target) HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 431 "))
        let body = String(repeating: "b", count: 40_000)
        let post = try answer(address, "POST / HTTP/1.1\r\nContent-Length: 40000\r\n\r\n\(body)")
        #expect(post.hasPrefix("HTTP/1.1 413 "))
      }
    }

    @Test("Above the largest number, the connection that has waited longest is closed")
    func connections() throws {
      var limits = ServerLimits()
      limits.connections = 4
      try withServer(FakeSource(), limits) { address, exporter in
        let clients = try (0..<12).map { _ in
          let client = try HTTPClient(address)
          client.send("GET /metrics HTTP/1.1\r\n")
          return client
        }
        #expect(clients[0].isClosed() && clients[7].isClosed())
        #expect(try answer(address, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
        #expect(exporter.server.withLock { $0.closed[.tooMany] ?? 0 } >= 8)
        // The youngest is still open.
        clients[11].send("Host: x\r\n\r\n")
        #expect(clients[11].response().hasPrefix("HTTP/1.1 200 "))
      }
    }

    @Test("A request that is not complete in time, and an idle connection, are closed")
    func timeouts() throws {
      var limits = ServerLimits()
      (limits.requestSeconds, limits.idleSeconds) = (0.2, 0.2)
      try withServer(FakeSource(), limits) { address, exporter in
        let slow = try HTTPClient(address)
        slow.send("GET /met")
        let idle = try HTTPClient(address)
        idle.send("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(idle.response().hasPrefix("HTTP/1.1 200 "))
        #expect(slow.isClosed() && idle.isClosed())
        #expect(exporter.server.withLock { $0.closed[.timeout] } == 2)
      }
    }

    @Test("A client that does not read is closed, and does not delay another one")
    func slowReader() throws {
      var limits = ServerLimits()
      limits.responseSeconds = 0.2
      // More than the buffers of a socket hold.
      var snapshot = Snapshot.machine(caches: 1)
      snapshot.notes = [String(repeating: "x", count: 8 << 20)]
      try withServer(FakeSource(snapshot), limits) { address, exporter in
        let slow = try HTTPClient(address, buffer: 4096)
        slow.send("GET /snapshot HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try answer(address, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
        for _ in 0..<1000 where exporter.server.withLock({ $0.closed[.slowReader] }) == 0 { usleep(20_000) }
        #expect(slow.isClosed())
      }
    }

    @Test("A scrape whose figures take longer than Prometheus waits is answered 503; the exporter is healthy meanwhile")
    func scrapeTimeout() throws {
      let source = FakeSource()
      try withServer(source) { address, _ in
        // The figures of the start are used again for a short time.
        usleep(250_000)
        source.gate.withLock { _ in
          let request = "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 0.2\r\n\r\n"
          let late = try? answer(address, request)
          #expect(late?.hasPrefix("HTTP/1.1 503 ") == true && late?.contains("within 0.1 s") == true)
          let health = try? answer(address, "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
          #expect(health?.hasPrefix("HTTP/1.1 200 ") == true)
        }
        let later = try answer(address, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(later.hasPrefix("HTTP/1.1 200 "))
      }
    }

    @Test("A port in use is an error that says what to do")
    func portInUse() throws {
      try withServer { address, exporter in
        let used = try #require(ListenAddress(address))
        let error = #expect(throws: ExporterError.self) { _ = try ExporterServer(exporter, at: used) }
        #expect(error?.description.contains("another program listens there") == true)
      }
      let exporter = try Exporter(FakeSource(), ExporterOptions())
      let error = #expect(throws: ExporterError.self) {
        _ = try ExporterServer(exporter, at: ListenAddress(host: "no.such.host.invalid", port: 0))
      }
      #expect(error?.description.contains("unknown host") == true)
    }
  }
#endif
