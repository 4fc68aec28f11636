/// Queues fill, then drain: packets for 64 sockets come faster than they are read until a great many wait, then their
/// readers empty the queues in random order, each but in part. What stays behind pins its slabs: fragmentation.
struct BurstScenario: SkbScenario {
  static let name = "burst"
  static let summary = "queues of 64 sockets fill and drain, in part and at random: fragmentation"

  private static let sockets = 64
  private static let packetsPerSecond = 200_000.0
  private static let highWater = 12_000
  private static let lowWater = 800

  private var random: SplitMix64
  private var queues = [SocketQueue](repeating: SocketQueue(limit: 4 << 20), count: sockets)
  private var waiting = 0
  private var isFilling = true

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func step(_ emitter: inout SkbEmitter) {
    if isFilling { receive(&emitter) } else { drain(&emitter) }
    if waiting >= BurstScenario.highWater { isFilling = false }
    if waiting <= BurstScenario.lowWater { isFilling = true }
  }

  private mutating func receive(_ emitter: inout SkbEmitter) {
    emitter.advance(microseconds: random.gap(rate: BurstScenario.packetsPerSecond))
    let bytes = PacketMix.imix.draw(using: &random)
    let packet = emitter.allocate(
      headroom: SkbLayout.receivePad, payload: bytes + SkbLayout.ethernetHeaderBytes, cpu: 0)
    let socket = Int.random(in: 0..<BurstScenario.sockets, using: &random)
    if queues[socket].push(packet) { waiting += 1 } else { emitter.free(packet, cpu: 0) }
  }

  /// A reader takes a random part of its queue.
  private mutating func drain(_ emitter: inout SkbEmitter) {
    emitter.advance(microseconds: random.gap(rate: BurstScenario.packetsPerSecond / 16))
    let socket = Int.random(in: 0..<BurstScenario.sockets, using: &random)
    let part = Int.random(in: 0...max(1, queues[socket].count / 4), using: &random)
    for _ in 0..<part {
      guard let packet = queues[socket].pop() else { return }
      waiting -= 1
      emitter.free(packet, cpu: 1)
    }
  }
}
