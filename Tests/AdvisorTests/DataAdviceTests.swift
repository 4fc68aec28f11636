import Foundation
import Recordings
import Testing
import Workloads

@testable import Advisor

/// Tests of the advice on skb data, whose sizes the kernel rounds up before it requests them.
@Suite struct DataAdviceTests {
  /// Returns a recording of packet queues that fill and drain. Each packet has 2,048 bytes of data, of which 1,836 are in use.
  private func recording(knowing share: Double = 1) throws -> Recording {
    let symbols = ["kmalloc_reserve", "skb_release_data"]
    var (writer, slots, time) = (
      SlabtraceWriter(name: "mtu", summary: "", usedBytesMethod: .buffer), SlotAllocator(), UInt64(0)
    )
    var events: [AllocationEvent] = []
    for burst in 0..<20 {
      var queue: [UInt32] = []
      for _ in 0..<3000 {
        time += 5
        queue.append(slots.allocate())
        events.append(
          AllocationEvent(
            time: time, slot: queue[queue.count - 1], requestedBytes: 2048, allocatedBytes: 2048, site: 0,
            cache: AllocationEvent.noCache, cpu: UInt16(burst & 1), kind: .kmalloc, outcome: .allocated))
      }
      time += 100_000
      for (index, slot) in queue.enumerated() {
        time += 5
        let isKnown = Double(index % 100) < share * 100
        events.append(
          AllocationEvent(
            time: time, slot: slot, requestedBytes: 0, allocatedBytes: 0, site: 1, cache: AllocationEvent.noCache,
            cpu: 0, kind: .kfree, outcome: .freed, usedBytes: isKnown ? 1836 : nil))
        slots.free(slot)
      }
    }
    writer.append(events, symbols: symbols)
    var counts = ImportStatistics()
    (counts.cpuCount, counts.events) = (2, events.count)
    return try Recording(bytes: writer.finish(symbols: symbols, counts: counts), name: "mtu")
  }

  private func report(_ recording: Recording, orders: ClosedRange<Int>) throws -> AdviceReport {
    var options = AdviceOptions()
    options.orders = orders
    return try AdviceReport(for: recording, events: recording.eventCount, options)
  }

  @Test(arguments: [(0...3, 3, 16, 17), (0...4, 4, 32, 35)])
  func ethernetFramesGetFittingClass(orders: ClosedRange<Int>, order: Int, before: Int, after: Int) throws {
    let report = try report(recording(), orders: orders)
    let data = try #require(report.advice.data)
    #expect(data.classes.map(\.size) == [1856] && data.classes.map(\.order) == [order])
    #expect(data.kernelClasses.map(\.size) == [2048] && data.kernelClasses[0].meanUsedBytes == 1836)
    let main = try #require(data.main)
    #expect(main == (2048, 1856) && data.lowestUsefulOrder == 3 && data.profile.knownShare == 1)
    #expect(data.orders[order] == DataAdvice.SlabOfOrder(order: order, kernelObjects: before, advisedObjects: after))
    // A slab of the kernel's order 3 has 16 objects. Both predictions include a partial slab.
    let ratio = try #require(report.advice.dataReplay).ratio
    #expect(ratio <= 0.95 && ratio > 0.9, "\(ratio)")
    // Two objects fit in a page in both classes.
    let pressed = try #require(report.advice.dataReplay).pressedRatio
    #expect(abs(pressed - 1) < 0.01, "\(pressed)")
    let text = report.text
    #expect(text.contains("bytes in use known of 60000 of 60000 objects (100.0 %)"))
    #expect(text.contains("3: 17 instead of 16, 4: 35 instead of 32"))
    #expect(text.contains("it pays from order 3 on: a slab takes 32 KiB of contiguous pages"))
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any])
    let found = try #require(json["skb_data"] as? [String: Any])
    #expect(found["main_advised_class"] as? Int == 1856 && found["known_objects"] as? Int == 60_000)
    let replay = try #require(found["replay"] as? [String: Any])
    #expect(replay["mean_bytes"] as? Int == report.advice.dataReplay?.after.meanGeneralBytes)
  }

  @Test func adviceReportsShareOfKnownUseAndKeepsUnknownSizes() throws {
    let report = try report(recording(knowing: 0.75), orders: 0...3)
    #expect(report.advice.data?.profile.knownShare == 0.75)
    #expect(report.text.contains("known of 45000 of 60000 objects (75.0 %); the others count as requested"))
    #expect(report.advice.profile.sizes == [1856, 2048])
  }

  @Test func recordingWithoutUseHasNoDataAdvice() throws {
    let report = try report(recording(knowing: 0), orders: 0...3)
    #expect(report.advice.data == nil && report.advice.profile.sizes == [2048])
    #expect(report.text.contains("skb data: use unknown of all 60000 objects."))
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any])
    let found = try #require(json["skb_data"] as? [String: Any])
    #expect(found["unknown_objects"] as? Int == 60_000 && found["main_advised_class"] == nil)
    // Requested sizes of a workload are exact.
    let burst = try Advice(for: WorkloadCatalog.make("burst", seed: 1), events: 20_000, AdviceOptions())
    #expect(burst.data == nil && burst.profile.data.unknownObjects == 0)
  }
}
