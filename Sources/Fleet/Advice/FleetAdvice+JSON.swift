import Advisor
import Workloads

extension FleetAdvice: Encodable {
  private enum Key: String, CodingKey {
    case hosts, sizes, classes, totals, objective, worst, verdict
    case isSavingNegligible = "is_saving_negligible"
    case roundingShare = "rounding_share"
    case baseRoundingShare = "base_rounding_share"
    case base
  }
  private enum TotalKey: String, CodingKey {
    case advised = "advised_bytes"
    case base = "base_bytes"
    case own = "own_best_bytes"
  }
  private enum ClassKey: String, CodingKey {
    case size, order, objects
    case requestedBytes = "requested_bytes"
    case slabBytes = "slab_bytes"
  }
  private enum HostKey: String, CodingKey {
    case instance, job
    case liveObjects = "live_objects"
    case ownBytes = "own_best_bytes"
    case advisedBytes = "advised_bytes"
    case baseBytes = "base_bytes"
    case extraShare = "cost_share"
    case changeShare = "change_share"
  }

  /// Encodes the advice. All hosts are listed, worst first.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(hostCount, forKey: .hosts)
    try object.encode(demand.sizes.count, forKey: .sizes)
    try object.encode("\(options.objective)", forKey: .objective)
    try object.encode(options.base.name, forKey: .base)
    try object.encode(verdict, forKey: .verdict)
    try object.encode(isSavingNegligible, forKey: .isSavingNegligible)
    try object.encode(roundingShare, forKey: .roundingShare)
    try object.encode(baseRoundingShare, forKey: .baseRoundingShare)
    var totals = object.nestedContainer(keyedBy: TotalKey.self, forKey: .totals)
    try totals.encode(fleetBytes, forKey: .advised)
    try totals.encode(baseBytes, forKey: .base)
    try totals.encodeIfPresent(ownBytes, forKey: .own)
    var list = object.nestedUnkeyedContainer(forKey: .classes)
    for advised in classes {
      var row = list.nestedContainer(keyedBy: ClassKey.self)
      try row.encode(advised.size, forKey: .size)
      try row.encode(advised.order, forKey: .order)
      try row.encode(Int(advised.objects.rounded()), forKey: .objects)
      try row.encode(Int(advised.requestedBytes), forKey: .requestedBytes)
      try row.encode(Int(advised.slabBytes), forKey: .slabBytes)
    }
    var worst = object.nestedUnkeyedContainer(forKey: .worst)
    for host in hosts {
      var row = worst.nestedContainer(keyedBy: HostKey.self)
      try row.encode(host.host.instance, forKey: .instance)
      try row.encode(host.host.job, forKey: .job)
      try row.encode(host.objects, forKey: .liveObjects)
      try row.encode(host.ownBytes, forKey: .ownBytes)
      try row.encode(host.fleetBytes, forKey: .advisedBytes)
      try row.encode(host.baseBytes, forKey: .baseBytes)
      try row.encode(host.extraShare, forKey: .extraShare)
      try row.encode(host.changeShare, forKey: .changeShare)
    }
  }
}
