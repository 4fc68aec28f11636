/// Forwarding: packets arrive in the buffers of receive rings, each CPU's its own, and leave through the transmit queue of
/// another CPU, which frees them in batches. Flows come and go with their routes and connection tracking.
struct RouterScenario: TrafficScenario {
  static let name = "router"
  static let summary = "forwarding: allocated on one CPU, freed on another; rings, routes, conntrack"
  static let unit = (rate: "packets", flows: "flows")
  static let defaults = TrafficParameters(rate: 200_000, flows: 512, sizes: .imix, cpus: 4, mtu: 1500, delay: 16)

  /// NAPI_POLL_WEIGHT (include/linux/netdevice.h).
  private static let pollWeight = 64
  /// Packets of a flow, on average.
  private static let packetsPerFlow = 400
  /// UDP_CT_UNREPLIED (net/netfilter/nf_conntrack_proto_udp.c), in microseconds.
  private static let trackTimeout: UInt64 = 30_000_000

  private struct Flow: BitwiseCopyable, Sendable {
    var route: UInt32
    var track: UInt32
  }

  private let parameters: TrafficParameters
  private let sizes: PacketMix
  private let mtu: Int
  private var random: SplitMix64
  private var pace = Pace()
  private var rings: [ReceiveRing]
  private var heads: [HeadCache]
  /// Packets that each CPU's transmit queue has sent, by when the device's interrupt says so.
  private var transmitting: [DelayLine<SkBuff>]
  private var flows: [Flow?]
  private var tracks = DelayLine<UInt32>()

  init(_ parameters: TrafficParameters) {
    self.parameters = parameters
    sizes = parameters.sizes ?? .imix
    let mtu = parameters.mtu ?? 1500
    self.mtu = mtu
    random = SplitMix64(seed: parameters.seed)
    rings = (0..<parameters.cpus).map { ReceiveRing(mtu: mtu, cpu: $0) }
    heads = (0..<parameters.cpus).map { HeadCache(cpu: $0) }
    transmitting = Array(repeating: DelayLine(), count: parameters.cpus)
    flows = Array(repeating: nil, count: parameters.flows)
  }

  /// One poll of one CPU: what was sent is freed, what has arrived is forwarded.
  mutating func step(_ stack: inout NetworkStack) {
    let cpu = random.below(parameters.cpus)
    let count = random.uniform(1, RouterScenario.pollWeight / 2)
    let end = stack.time + pace.microseconds(Double(count) * 1e6 / parameters.rate)
    while let due = tracks.nextDue, due <= end, let track = tracks.pop() {
      stack.advance(to: due)
      stack.free(track, .connectionTrack, cpu: Int(track) % parameters.cpus)
    }
    for _ in 0..<count { forward(cpu, &stack) }
    for queue in transmitting.indices { complete(queue, by: end, &stack) }
    stack.advance(to: end)
  }

  /// Frees what was sent: all that there is at an interrupt, which comes some time after the first packet left.
  private mutating func complete(_ cpu: Int, by end: UInt64, _ stack: inout NetworkStack) {
    while let due = transmitting[cpu].nextDue, due <= end {
      stack.advance(to: due)
      for _ in 0..<RouterScenario.pollWeight {
        guard let packet = transmitting[cpu].pop() else { return }
        stack.freeData(packet, cpu: cpu)
        heads[cpu].give(packet.head, &stack)
      }
    }
  }

  private mutating func forward(_ cpu: Int, _ stack: inout NetworkStack) {
    let flow = random.below(flows.count)
    if flows[flow] == nil || random.once(in: RouterScenario.packetsPerFlow) { replace(flow, cpu, &stack) }
    var left = sizes.draw(using: &random)
    while left > 0 {
      let packet = receive(min(left, mtu), cpu, &stack)
      left -= mtu
      // Its queue is another CPU's, where there is one.
      let queue = parameters.cpus == 1 ? 0 : (cpu + 1 + flow % (parameters.cpus - 1)) % parameters.cpus
      transmitting[queue].push(packet, due: stack.time + UInt64(parameters.delay ?? 0))
      stack.advance(microseconds: 0.7)
    }
  }

  /// A frame: short ones are copied, so that their buffers stay with the ring.
  private mutating func receive(_ bytes: Int, _ cpu: Int, _ stack: inout NetworkStack) -> SkBuff {
    let head = heads[cpu].take(&stack)
    if bytes + SkbLayout.ethernetHeaderBytes <= ReceiveRing.copyBreak - SkbLayout.receivePad {
      let data = stack.make(.smallHead, .reserve, cpu: cpu)
      let size = NetworkCache.head.bytes.stride + NetworkCache.smallHead.bytes.stride
      return SkBuff(head: head, data: data, trueSize: size, kind: .smallHead)
    }
    return SkBuff(head: head, data: rings[cpu].take(&stack), trueSize: rings[cpu].trueSize, kind: [])
  }

  /// A flow ends and another begins: its route goes after a grace period, its tracking when it times out.
  private mutating func replace(_ flow: Int, _ cpu: Int, _ stack: inout NetworkStack) {
    if let old = flows[flow] {
      stack.freeAfterGrace(old.route, .route, cpu: cpu)
      tracks.push(old.track, due: stack.time + RouterScenario.trackTimeout)
    }
    flows[flow] = Flow(
      route: stack.make(.route, .makeRoute, cpu: cpu), track: stack.make(.connectionTrack, .makeTrack, cpu: cpu))
  }
}
