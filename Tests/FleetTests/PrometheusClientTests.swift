import Fleet
import Synchronization
import Testing

/// Answers of a Prometheus server, as version 2.42 gives them, and of servers that are none.
@Suite struct PrometheusClientTests {
  @Test func vectorIsRead() throws {
    let fake = FakePrometheus { _ in
      FakePrometheus.json(
        #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","instance":"a:9779"},"#
          + #""value":[1435781451.781,"1.5e3"]},{"metric":{},"value":[1435781451,"NaN"]},"#
          + #"{"metric":{"x":"y"},"value":[1435781451,"+Inf"]}]}}"#)
    }
    let series = try fake.client().series("up{a=\"b & c\"}", at: 12.5)
    #expect(
      series == [
        PrometheusSeries(
          labels: ["__name__": "up", "instance": "a:9779"], points: [.init(seconds: 1_435_781_451.781, value: 1500)])
      ])
    let request = try #require(fake.requests.first)
    #expect(request.path == "/api/v1/query" && request.authorization == nil)
    #expect(request.form == "query=up%7Ba%3D%22b%20%26%20c%22%7D&time=12.500&timeout=30s")
  }

  @Test func matrixIsRead() throws {
    let fake = FakePrometheus { _ in
      FakePrometheus.json(
        #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1,"2"],[2,"NaN"],[3,"-4"]]}]}}"#
      )
    }
    let series = try fake.client().series("x", from: 1, to: 3, step: 0.5)
    #expect(series.first?.points == [.init(seconds: 1, value: 2), .init(seconds: 3, value: -4)])
    #expect(fake.requests.first?.form == "query=x&start=1&end=3&step=0.500&timeout=30s")
    #expect(fake.requests.first?.path == "/api/v1/query_range")
  }

  @Test func credentialsAreSent() throws {
    let fake = FakePrometheus { _ in FakePrometheus.success([]) }
    let server = try PrometheusAddress("http://Aladdin:open%20sesame@prom")
    _ = try PrometheusClient(server, transport: fake).series("x")
    _ = try PrometheusClient(server, token: "abc", transport: fake).series("x")
    #expect(fake.requests.map(\.authorization) == ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Bearer abc"])
  }

  @Test(arguments: [
    (401, "Unauthorized\n", "the server requires credentials (401)"), (403, "", "the server refuses access (403)"),
    (404, "404 page not found\n", "expected the HTTP API of Prometheus, found status 404"),
    (200, "<html>Grafana</html>", "found an answer of another form"), (200, "", "found an answer of another form"),
    (200, #"{"status":"success"}"#, "found an answer of another form"),
    (
      200, #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"x"]}]}}"#,
      "another form"
    ),
    (200, #"{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"#, "another form"),
    (302, "", "a redirection to nowhere (302)"), (502, "<html>bad gateway</html>", "found status 502"),
    (
      400, #"{"status":"error","errorType":"bad_data","error":"1:8: parse error: unexpected end"}"#,
      "cannot read the query: 1:8: parse error: unexpected end; check --match"
    ),
    (
      422,
      #"{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory"}"#,
      "the server gave up: query processing would load too many samples into memory; select fewer hosts with --match"
    ),
    (
      503, #"{"status":"error","errorType":"timeout","error":"query timed out"}"#, "the server gave up: query timed out"
    ),
  ])
  func errorsSayWhatToCheck(status: Int, body: String, expected: String) throws {
    let client = try FakePrometheus { _ in FakePrometheus.json(body, status: status) }.client()
    let error = #expect(throws: PrometheusError.self) { try client.series("x") }
    let text = try #require(error).description
    #expect(text.hasPrefix("http://prom:9090: ") && text.contains(expected), "\(text)")
    #expect(error?.isUsage == false && !text.contains("\n"))
  }

  @Test func refusedCredentialsAreNamed() throws {
    let client = try FakePrometheus { _ in FakePrometheus.json("", status: 401) }.client(token: "old")
    let error = #expect(throws: PrometheusError.self) { try client.series("x") }
    #expect(
      try #require(error).description.contains(
        "refuses the credentials (401); check the user and password, or the token"))
  }

  @Test func partialDataIsAnErrorUnlessAccepted() throws {
    let fake = FakePrometheus { _ in
      FakePrometheus.success([PrometheusSeries([:], 1)], warnings: ["store-2: connection refused"])
    }
    var client = try fake.client()
    let error = #expect(throws: PrometheusError.self) { try client.series("x") }
    let text = try #require(error).description
    #expect(text.contains("part of the data: store-2: connection refused") && text.contains("--allow-partial"))
    let warned = Mutex<[String]>([])
    client.allowsPartialData = true
    client.warn = { text in warned.withLock { $0.append(text) } }
    #expect(try client.series("x").count == 1)
    #expect(warned.withLock { $0 } == ["store-2: connection refused"])
  }

  @Test func remarksOnTheQueryAreNoLossOfData() throws {
    let client = try FakePrometheus { _ in
      FakePrometheus.success([PrometheusSeries([:], 1)], warnings: ["PromQL info: metric might not be a counter"])
    }.client()
    #expect(try client.series("x").first?.value == 1)
  }
}
