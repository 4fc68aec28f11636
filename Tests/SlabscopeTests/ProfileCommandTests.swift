import ArgumentParser
import Dashboard
import Foundation
import Profiles
import Recordings
import Telemetry
import Testing

@testable import slabscope

/// `slabscope profile`, and `merge` and `diff` of profiles.
struct ProfileCommandTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "slabscope-profiles-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func run(_ arguments: String...) throws {
    var command = try Slabscope.parseAsRoot(arguments)
    try command.run()
  }

  private func message(_ arguments: String...) -> String {
    do {
      var command = try Slabscope.parseAsRoot(arguments)
      try command.run()
      return "no error"
    } catch let failure as Failure {
      return failure.description
    } catch {
      return Slabscope.message(for: error)
    }
  }

  private func profile(_ name: String) throws -> AllocationProfile { try Input(name).profile(name) }

  private func json(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("A profile that was written is read again, and merged and compared like its recording")
  func files() throws {
    let path = folder + "/x.slabprofile"
    try run("profile", "udp-rr", "-o", path)
    let profile = try profile(path)
    #expect(try profile == self.profile("udp-rr"))
    #expect(message("profile", "udp-rr", "-o", path).contains("file exists"))

    try run("merge", path, "udp-rr", "-o", folder + "/both.slabprofile")
    #expect(try self.profile(folder + "/both.slabprofile") == profile.merged(with: profile))
    #expect(
      message("merge", path, "udp-rr", "-o", folder + "/x.slabtrace").contains("cannot be merged into a recording"))
    #expect(message("merge", path, path, "--align", "start", "-o", folder + "/y.slabprofile").contains("--align"))

    try run("diff", path, "udp-rr", "--format", "json", "-o", folder + "/d.json")
    let difference = try json(folder + "/d.json")
    #expect(difference["growth_bytes"] as? Int == 0 && difference["from"] as? String == path)
    #expect((difference["sites"] as? [Any])?.count == profile.rows(by: .siteAndCache).count)
    try run(
      "diff", "udp-rr", "tcp-bulk", "--filter", "presence = new and alloc_objects > 0", "--format", "json", "-o",
      folder + "/new.json")
    let new = try #require(try json(folder + "/new.json")["sites"] as? [[String: Any]])
    #expect(!new.isEmpty && new.allSatisfy { $0["presence"] as? String == "new" })
    try run("diff", "udp-rr", "udp-rr", "--snapshot", "--events", "2000", "--format", "json", "-o", folder + "/s.json")
    #expect(try json(folder + "/s.json")["caches"] != nil)
    #expect(message("diff", "udp-rr", "udp-rr", "--policy", "linux").contains("add --snapshot"))
    #expect(message("diff", path, "burst", "--events", "10").contains("expected slabs or events, found a profile"))
  }

  @Test("JSON has the keys of the documented schema")
  func jsonSchema() throws {
    let path = folder + "/x.json"
    try run("profile", "udp-rr", "--format", "json", "-o", path)
    let report = try json(path)
    #expect(((report["source"] as? [String: Any])?["kind"] as? String) == "recording")
    #expect(
      report["events"] as? Int == 75_000 && report["seconds"] as? Double != nil && report["frees_by_cpu"] is [[Int]])
    let context = try #require((report["contexts"] as? [[String: Any]])?.first)
    for key in [
      "site", "stack", "cache", "requested_bytes", "allocated_bytes", "alloc_objects", "alloc_bytes", "free_objects",
      "live_objects", "live_bytes", "peak_live_objects", "remote_frees", "unseen_frees", "lifetime_log2_us",
    ] { #expect(context[key] != nil, "\(key)") }
    try run("profile", "udp-rr", "tcp-bulk", "--by", "cpu", "--format", "json", "-o", path, "--force")
    let merged = try json(path)
    #expect((merged["source"] as? [String: Any])?["kind"] as? String == "merged")
    let cpu = try #require((merged["contexts"] as? [[String: Any]])?.first)
    #expect(cpu["alloc_objects"] != nil && cpu["live_bytes"] == nil && cpu["site"] == nil)
  }

  @Test("The interval of --for ends before the first event that is later")
  func interval() throws {
    let whole = try profile("tcp-bulk")
    let part = try Input("tcp-bulk").profile("tcp-bulk", seconds: 0.25)
    #expect(part.events > 1_000 && part.events < whole.events && part.seconds < 0.25)
    #expect(try Input("tcp-bulk").profile("tcp-bulk", seconds: 1e6).contexts == whole.contexts)
    let generated = try Input("imix").profile("imix", seconds: 0.1)
    #expect(generated.seconds <= 0.1 && generated.seconds > 0.05 && generated.events > 1_000)
  }

  @Test("Filters select contexts by their names before, and rows by their figures after grouping")
  func filters() throws {
    let profile = try profile("tcp-bulk")
    let all = profile.rows(by: .site)
    func sites(_ filter: String) throws -> [ProfileRow] { try ProfileFilter(filter).rows(of: profile, by: .site) }
    let ofCache = try sites("cache = skbuff_head_cache")
    #expect(ofCache.count < all.count && !ofCache.isEmpty)
    #expect(ofCache.allSatisfy { row in row.contexts.allSatisfy { profile.contexts[$0].cache == "skbuff_head_cache" } })
    let large = try sites("alloc_bytes > 1M")
    #expect(Set(large.map(\.site)) == Set(all.filter { $0.figures.allocBytes > 1 << 20 }.map(\.site)) && !large.isEmpty)
    let both = try sites("cache = skbuff_head_cache and alloc_objects > 100")
    #expect(both.allSatisfy { $0.figures.allocObjects > 100 } && !both.isEmpty)
    #expect(try sites("kmalloc_reserve").allSatisfy { $0.site?.contains("kmalloc_reserve") == true })
    #expect(try sites("/^__alloc_skb/").allSatisfy { $0.site?.hasPrefix("__alloc_skb") == true })
    #expect(try sites("growth_bytes > 0 and growth > 0").allSatisfy { profile.growthBytes($0)! > 0 })
    #expect { _ = try sites("live_byts > 3") } throws: { "\($0)".contains("live_bytes") }
  }

  @Test("Errors name the option and what was expected")
  func errors() {
    let kernel = #expect(throws: Failure.self) { try Input("kernel").profile("kernel") }
    #expect(
      kernel?.description
        == "kernel: expected a recording, a workload or a profile; watch the running kernel first: slabscope profile kernel --for 10s -o x.slabprofile"
    )
    #expect(
      message("profile", "udp-rr", "--stacks")
        == "--stacks: expected the input kernel for this option, found a recording")
    #expect(message("profile", "kernel", "--sampling", "3").contains("expected 1, 4, 16 or 64"))
    #expect(message("profile", "kernel", "--max-overhead", "0").contains("expected 0.1 to 100 percent"))
    #expect(message("profile", "kernel", "kernel").contains("only one of the inputs can be the running kernel"))
    #expect(message("profile", "udp-rr", "--format", "slabprofile", "--by", "site").contains("--by"))
    #expect(message("profile", "udp-rr", "--format", "pprof", "--by", "cache").contains("--by"))
    #expect(message("profile", "udp-rr", "--format", "folded", "--sort", "lifetime").contains("--sort"))
    #expect(message("profile", "udp-rr", "--by", "cpu", "--filter", "x").contains("--filter"))
    #expect(message("profile", "udp-rr", "--filter", "live_bytes >").hasPrefix("--filter: expected a value after >"))
    #expect(message("profile", "udp-rr", "--limit", "0").contains("--limit"))
    #expect(message("profile", "udp-rr", "--for", "-1").contains("--for"))
    #expect(message("profile", "-", "-").contains("standard input"))
  }
}
