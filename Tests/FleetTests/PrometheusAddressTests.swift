import Testing

@testable import Fleet

@Suite struct PrometheusAddressTests {
  @Test(arguments: [
    ("http://localhost:9090", "localhost", 9090, "", "http://localhost:9090"),
    ("http://localhost:9090/", "localhost", 9090, "", "http://localhost:9090"),
    ("HTTP://prom", "prom", 80, "", "http://prom"), ("http://prom/a/b/", "prom", 80, "/a/b", "http://prom/a/b"),
    ("http://[::1]:9090", "::1", 9090, "", "http://[::1]:9090"), ("http://[::1]", "::1", 80, "", "http://[::1]"),
  ])
  func addressIsRead(text: String, host: String, port: Int, prefix: String, printed: String) throws {
    let address = try PrometheusAddress(text)
    #expect(address.host == host && address.port == port && address.prefix == prefix && address.text == printed)
    #expect(address.basicAuthentication == nil)
  }

  @Test func userAndPasswordAreDecodedAndNotPrinted() throws {
    let address = try PrometheusAddress("http://me:p%40ss:w%25rd@prom:9090/x")
    #expect(address.basicAuthentication?.user == "me" && address.basicAuthentication?.password == "p@ss:w%rd")
    #expect(address.text == "http://prom:9090/x")
    #expect(try PrometheusAddress("http://me@prom").basicAuthentication?.password == "")
  }

  @Test(arguments: [
    "localhost:9090", "", "ftp://prom", "http://", "http://:9090", "http://prom:0", "http://prom:65536",
    "http://prom:x",
    "http://prom:9090/?x=1", "http://prom:9090#a", "http://[::1", "http://[::1]x", "http://a b", "http://%zz@prom",
  ])
  func otherTextsAreUsageErrors(text: String) throws {
    let error = #expect(throws: PrometheusError.self) { try PrometheusAddress(text) }
    #expect(error?.isUsage == true && error?.description.isEmpty == false)
  }

  @Test func tlsIsExplainedWithoutThePassword() throws {
    let error = #expect(throws: PrometheusError.self) { try PrometheusAddress("https://me:secret@prom:9090") }
    let text = try #require(error).description
    #expect(text.contains("TLS is not built in") && text.contains("http://localhost:9090"))
    #expect(!text.contains("secret") && text.hasPrefix("https://me:...@prom:9090: "))
  }
}

@Suite struct SeriesSelectorTests {
  @Test(arguments: [
    ("", "m"), ("{}", "m"), ("job=\"a\"", "m{job=\"a\"}"), (" { job=\"a\", } ", "m{job=\"a\"}"),
    ("instance=~\"web.{2}\\\\d\"", "m{instance=~\"web.{2}\\\\d\"}"), ("a!~'}'", "m{a!~'}'}"),
  ])
  func matchersAreInBraces(text: String, selector: String) throws {
    #expect(try SeriesSelector(text).of("m") == selector)
  }

  @Test(arguments: ["up{job=\"a\"}", "job=\"a\"} or up{", "job=\"a", "web", "a=\"b\"[5m]", "a=\"\\\"} or vector(1)"])
  func otherExpressionsAreUsageErrors(text: String) {
    let error = #expect(throws: PrometheusError.self) { try SeriesSelector(text) }
    #expect(error?.isUsage == true && error?.description.hasPrefix("--match: ") == true)
  }

  @Test func addedValuesAreQuoted() throws {
    let selector = try SeriesSelector("job=\"a\"").adding("slab", equals: "odd\"\\\n")
    #expect(selector.text == #"{job="a",slab="odd\"\\\n"}"#)
    #expect(try SeriesSelector().adding("slab", among: ["a.b", "c"]).text == #"{slab=~"a\\.b|c"}"#)
    #expect(try SeriesSelector().adding("slab", among: []).text == "{}")
    // A long list would make the query too large.
    #expect(try SeriesSelector().adding("slab", among: Set((0..<501).map { "\($0)" })).text == "{}")
  }
}
