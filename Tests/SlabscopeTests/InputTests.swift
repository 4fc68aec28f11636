import ArgumentParser
import Foundation
import Profiles
import Recordings
import Telemetry
import Testing
import Workloads

@testable import slabscope

@Suite struct InputTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "slabscope-inputs-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = folder + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func message(_ name: String, _ changes: TrafficParameterChanges = TrafficParameterChanges()) -> String {
    do {
      _ = try Input(name, changes)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func knownNamesAreInputs() throws {
    guard case .kernel = try Input("kernel") else { return #expect(Bool(false), "kernel") }
    guard case .workload(let settings) = try Input("burst") else { return #expect(Bool(false), "workload") }
    #expect(settings.workload.name == "burst")
  }

  @Test(arguments: ["imix-burst", "tcp-bulk", "udp-rr"]) func bundledRecordingsAreInTheProgram(_ name: String) throws {
    guard case .recording(let input) = try Input(name) else { return #expect(Bool(false), "recording") }
    #expect(input.recording.name == name)
    #expect(input.recording.eventCount > 10_000 && input.recording.warning == nil && input.path == nil)
    #expect(BundledRecordings.names.contains(name))
  }

  @Test func aFileIsRecognisedByItsContent() throws {
    let slabinfo = "slabinfo - version: 1.1\nskbuff_head_cache  350 460 192 20 23 1 : 252 126\n"
    guard case .snapshot(let saved) = try Input(try file("burst", Array(slabinfo.utf8))) else {
      return #expect(Bool(false), "snapshot")
    }
    #expect(saved.snapshot.caches.map(\.name) == ["skbuff_head_cache"] && saved.name == "burst")
    guard case .workload(let settings) = try Input(try file("settings", Array("seed = 7\nworkload = \"web\"\n".utf8)))
    else { return #expect(Bool(false), "workload") }
    #expect(settings.workload.name == "web" && settings.parameters.seed == 7)
  }

  @Test func aProfileIsRecognisedByItsContent() throws {
    let source = ProfileSource(name: "host", events: 3, microseconds: 5)
    let context = AllocationContext(
      site: "f+0x1/0x2", cache: "dentry", isGeneral: false, requestedBytes: 192, allocatedBytes: 192)
    let profile = AllocationProfile(source: source, figures: [(context, AllocationFigures())])
    let name = try file("x", profile.fileContents(name: "x"))
    guard case .profile(let input) = try Input(name) else { return #expect(Bool(false), "profile") }
    #expect(input.profile == profile && input.name == "x" && input.path == name)
    let identity = InputIdentity(.profile(input))
    #expect(identity.kind == "profile" && identity.bytes == input.byteCount && identity.contentHash != nil)
    #expect { _ = try Input(name).events(name) } throws: {
      "\($0)" == "\(name): expected a recording or a workload, found a profile; print it: slabscope profile \(name)"
    }
    let json = try file("later", Array("{\"slabprofile\":9,\"contexts\":{}}".utf8))
    #expect(message(json).hasPrefix("\(json): expected a profile of version 1 or earlier, found version 9"))
  }

  @Test func missingFilesSuggestSimilarNames() throws {
    _ = try file("mine.slabtrace", [1])
    #expect(message("brust").contains("did you mean the workload `burst`?"))
    #expect(message("tcp-blk").contains("did you mean the recording `tcp-bulk`?"))
    #expect(message(folder + "/mine.slabtrac").contains("did you mean `\(folder)/mine.slabtrace`?"))
    #expect(message(folder + "/x").contains("no such file"))
    #expect(message(folder + "/x.history@-2m").contains("no such file"))
  }

  @Test func shortNamesDoNotSuggestOtherFiles() throws {
    for name in ["p", "xy", "trace"] { _ = try file(name, [1]) }
    #expect(!message(folder + "/tcp").contains("did you mean"))
    #expect(!message(folder + "/xz").contains("did you mean"))
    #expect(message(folder + "/trcae").contains("did you mean `\(folder)/trace`?"))
  }

  @Test func trafficOptionsOfARecordingAreNamed() {
    var changes = TrafficParameterChanges()
    changes.cpus = -2
    #expect(
      message("tcp-bulk", changes)
        == "--cpus -2: expected a workload for this option, found a recording: tcp-bulk")
    (changes.rate, changes.sizes) = (5, "40:7")
    #expect(
      message("tcp-bulk", changes)
        == "--rate 5, --sizes 40:7, --cpus -2: expected a workload for these options, found a recording: tcp-bulk")
  }

  @Test(arguments: ["edge", "tcp-bulk"]) func machineMemoryIsCheckedBeforeAReplay(_ name: String) throws {
    let playback = try PlaybackOptions.parse(["--memory", "0"])
    let source = try Input(name).events(name).source
    let error = try #require(throws: Failure.self) {
      _ = try playback.makePolicyPlayer(source, start: playback.start(of: source))
    }
    #expect(error.isUsage && error.description.hasPrefix("--memory: machine memory of 0 bytes is out of range; choose"))
  }

  @Test func errorsNameTheFileAndTheKindOfContent() throws {
    #expect(message(folder).contains("is a directory"))
    #expect(message(try file("empty", [])).contains("is empty"))
    let capture: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1] + [UInt8](repeating: 0, count: 60)
    #expect(message(try file("x.pcap", capture)).contains("is a packet capture, expected a recording"))
    #expect(message(try file("perf.data", Array("PERFILE2".utf8))).contains("slabscope import"))
    let name = String(repeating: "x", count: 5000)
    #expect(message(name).count < 300)
  }

  @Test func commandsRefuseInputsOfOtherKinds() throws {
    let kernel = try Input("kernel")
    #expect { _ = try kernel.events("kernel") } throws: { ($0 as? Failure)?.isUsage == true }
    #expect { _ = try Input("burst").recording("burst") } throws: { ($0 as? Failure)?.isUsage == true }
    #expect(try Input("burst").events("burst").count(upTo: nil) == 1_000_000)
    #expect(try Input("tcp-bulk").events("tcp-bulk").count(upTo: .max) == 80_000)
  }

  @Test func identityNamesContentAndSeed() throws {
    let workload = InputIdentity(try Input("burst"))
    #expect(workload.kind == "workload" && workload.seed == 1 && workload.path == nil)
    let recording = InputIdentity(try Input("tcp-bulk"))
    #expect(recording.bytes == 263_031 && recording.contentHash?.description == "fnv1a64:3b0c1e81a33474eb")
    #expect(recording.text.contains("recording tcp-bulk, 263031 bytes, fnv1a64:3b0c1e81a33474eb; slabscope "))
  }

  @Test func hashesAreThoseOfTheSpecification() {
    #expect(ContentHash().description == "fnv1a64:cbf29ce484222325")
    #expect(ContentHash("a".utf8).description == "fnv1a64:af63dc4c8601ec8c")
    #expect(ContentHash("foobar".utf8).description == "fnv1a64:85944171f73967e8")
  }
}
