import Testing
import TextOutput

@testable import Exporter

@Suite("Headers and addresses")
struct NegotiationTests {
  @Test(
    "OpenMetrics only if the client prefers it",
    arguments: [
      ("", false), ("text/plain", false), ("*/*", false), ("application/openmetrics-text", true),
      ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1", true),
      ("application/openmetrics-text; version=1.0.0; q=0.2, text/plain; q=0.5", false),
      ("application/openmetrics-text;version=2.0.0,text/plain;q=0.1", false),
      ("application/openmetrics-text;q=0,*/*;q=0.1", false), ("application/json", false),
      ("APPLICATION/OPENMETRICS-TEXT;Q=1", true), ("application/openmetrics-text;q=x", false), (";;,,q=", false),
      // As Prometheus 3 sends it.
      ("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.4", true),
    ])
  func accept(header: String, isOpenMetrics: Bool) {
    #expect((AcceptHeader.format([header]) == .openMetrics) == isOpenMetrics)
  }

  @Test(
    "gzip only if the client accepts it",
    arguments: [
      ("", false), ("gzip", true), ("deflate, gzip;q=0.5", true), ("gzip;q=0", false), ("*", true), ("br", false),
      ("identity;q=1, *;q=0", false),
    ])
  func encoding(header: String, isGzip: Bool) { #expect(AcceptHeader.acceptsGzip([header]) == isGzip) }

  @Test(
    "Addresses",
    arguments: [
      ("127.0.0.1:9779", "127.0.0.1:9779", true), ("localhost:1", "localhost:1", true), ("[::1]:0", "[::1]:0", true),
      (":9779", "[::]:9779", false), ("0.0.0.0:80", "0.0.0.0:80", false),
    ])
  func address(text: String, description: String, isLoopback: Bool) throws {
    let address = try #require(ListenAddress(text))
    #expect(address.description == description && address.isLoopback == isLoopback)
  }

  @Test(
    "Texts that are not addresses",
    arguments: ["", "9779", "host", "host:", "host:x", "host:70000", "::1:9", "a/b:1", "[x]:1", "h:-1"])
  func wrongAddress(text: String) { #expect(ListenAddress(text) == nil) }
}
