/// Steady traffic: packets come in on CPU 0 and wait in socket queues until their readers, on either CPU, free them;
/// about as many are sent from CPU 1 and freed when the driver on CPU 0 is done with them. Now and then a tap takes a
/// clone.
struct ImixScenario: SkbScenario {
  static let name = "imix"
  static let summary = "steady receive and send, 40, 576 and 1500 bytes at 7:4:1"

  private static let sockets = 32
  private static let packetsPerSecond = 100_000.0
  private static let ringEntries = 64
  private static let tapShare = 64

  private var random: SplitMix64
  private var queues = [SocketQueue](repeating: SocketQueue(limit: 212_992), count: sockets)
  /// Packets handed to the driver, oldest first, and clones a tap has yet to read.
  private var sending = SocketQueue(limit: .max)
  private var tapped = SocketQueue(limit: .max)

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func step(_ emitter: inout SkbEmitter) {
    emitter.advance(microseconds: random.gap(rate: ImixScenario.packetsPerSecond))
    let bytes = PacketMix.imix.draw(using: &random)
    if Bool.random(using: &random) { receive(bytes, &emitter) } else { send(bytes, &emitter) }
    if Int.random(in: 0..<8, using: &random) == 0 { read(&emitter) }
  }

  private mutating func receive(_ bytes: Int, _ emitter: inout SkbEmitter) {
    let packet = emitter.allocate(
      headroom: SkbLayout.receivePad, payload: bytes + SkbLayout.ethernetHeaderBytes, cpu: 0)
    if Int.random(in: 0..<ImixScenario.tapShare, using: &random) == 0 {
      _ = tapped.push(emitter.clone(packet, cpu: 0))
      if tapped.count > 16, let clone = tapped.pop() { emitter.free(clone, cpu: 1) }
    }
    let socket = Int.random(in: 0..<ImixScenario.sockets, using: &random)
    if !queues[socket].push(packet) { emitter.free(packet, cpu: 0) }
  }

  private mutating func send(_ bytes: Int, _ emitter: inout SkbEmitter) {
    _ = sending.push(emitter.allocate(headroom: SkbLayout.sendHeadroom, payload: bytes, cpu: 1))
    guard sending.count >= ImixScenario.ringEntries else { return }
    // The driver frees what it sent in batches, as NAPI does.
    for _ in 0..<(ImixScenario.ringEntries / 2) { if let packet = sending.pop() { emitter.free(packet, cpu: 0) } }
  }

  /// A reader wakes up and takes all that its socket holds.
  private mutating func read(_ emitter: inout SkbEmitter) {
    let socket = Int.random(in: 0..<ImixScenario.sockets, using: &random)
    while let packet = queues[socket].pop() { emitter.free(packet, cpu: UInt16(socket & 1)) }
  }
}
