import Foundation
import Recordings
import Testing
import Workloads

@testable import Advisor

/// Advice on skb data, whose size the kernel rounds up before it allocates.
@Suite struct SkbDataAdviceTests {
  /// Queues of packets that fill and drain. The data of each packet has 2,048 bytes, of which 1,836 are in use.
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
  func fullEthernetFramesGetAClassOf1856Bytes(orders: ClosedRange<Int>, order: Int, before: Int, after: Int) throws {
    let report = try report(recording(), orders: orders)
    let data = try #require(report.advice.skbData)
    #expect(data.classes.map(\.size) == [1856] && data.classes.map(\.order) == [order])
    #expect(data.kernelClasses.map(\.size) == [2048] && data.kernelClasses[0].meanUsedBytes == 1836)
    let main = try #require(data.main)
    #expect(main == (2048, 1856) && data.lowestUsefulOrder == 3 && data.demand.knownShare == 1)
    #expect(data.orders[order] == SkbDataAdvice.SlabOfOrder(order: order, kernelObjects: before, advisedObjects: after))
    // At order 3, 17 objects instead of 16 are 0.941; partial slabs add a little to both.
    let ratio = try #require(report.advice.proof?.skbData).ratio
    #expect(ratio <= 0.95 && ratio > 0.9, "\(ratio)")
    // At lower orders a slab holds as many objects of either class.
    let pressed = try #require(report.advice.proof?.skbData).pressedRatio
    #expect(abs(pressed - 1) < 0.01, "\(pressed)")
    // The size saves nothing at order 0, so a gain there is the page order's; at order 3 the size gains.
    let variants = try #require(report.advice.proof?.skbData).variants
    let atZero = variants.filter { $0.order == 0 }
    #expect(
      atZero.map(\.size) == [2048, 1856] && atZero[0].replay.meanGeneralBytes == atZero[1].replay.meanGeneralBytes)
    let atThree = variants.filter { $0.order == 3 }
    #expect(atThree[1].replay.meanGeneralBytes * 100 < atThree[0].replay.meanGeneralBytes * 95)
    let text = report.text
    #expect(text.contains("bytes in use known of 60000 of 60000 objects (100.0 %)"))
    #expect(text.contains("3: 17 instead of 16, 4: 35 instead of 32"))
    #expect(text.contains("it holds more objects from order 3 on: a slab takes 32 KiB of contiguous pages"))
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any])
    let found = try #require(json["skb_data"] as? [String: Any])
    #expect(found["main_advised_class"] as? Int == 1856 && found["known_objects"] as? Int == 60_000)
    let replay = try #require(found["replay"] as? [String: Any])
    #expect((replay["variants"] as? [[String: Any]])?.count == variants.count)
    #expect(replay["mean_bytes"] as? Int == report.advice.proof?.skbData?.after.meanGeneralBytes)
  }

  @Test func objectsOfUnknownUseCountWithTheRoundedSize() throws {
    let report = try report(recording(knowing: 0.75), orders: 0...3)
    #expect(report.advice.skbData?.demand.knownShare == 0.75)
    #expect(report.text.contains("known of 45000 of 60000 objects (75.0 %); the others count with the rounded size"))
    #expect(report.advice.demand.sizes == [1856, 2048])
  }

  @Test func adviceOnSkbDataNeedsTheBytesInUse() throws {
    let report = try report(recording(knowing: 0), orders: 0...3)
    #expect(report.advice.skbData == nil && report.advice.demand.sizes == [2048])
    #expect(report.text.contains("skb data: bytes in use unknown of all 60000 objects."))
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any])
    let found = try #require(json["skb_data"] as? [String: Any])
    #expect(found["unknown_objects"] as? Int == 60_000 && found["main_advised_class"] == nil)
    // A synthetic workload requests the needed size.
    let burst = try Advice(for: WorkloadCatalog.make("burst", seed: 1), events: 20_000, AdviceOptions())
    #expect(burst.skbData == nil && burst.skbDataDemand.unknownObjects == 0)
  }
}
