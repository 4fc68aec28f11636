import Dashboard
import Kernel
import Workloads

/// Machines of the tour.
extension DashboardLoop {
  /// Opens the machine of a step in place of the open source. If that fails, the pane of the tour says why.
  mutating func open(_ setUp: TourSetUp) {
    do {
      let entry = try SourceCatalog.Entry(setUp)
      // The kernel is read once before the open source ends.
      if setUp.workload == nil { _ = try KernelSource(HostReader()) }
      policies = setUp.policies + Policy.presets.filter { preset in !setUp.policies.contains(preset) }
      source.capabilities.pausing?.setPaused(false)
      open(catalog.setTourEntry(entry), setUp.policies.first ?? policy, speed: setUp.speed)
    } catch {
      _ = state.update(.tourFailed(TourText.failure("\(error)")))
    }
  }
}

extension SourceCatalog.Entry {
  /// The machine of a step of the tour.
  /// - Throws: `UnknownName`, or an error of the parameters of the workload.
  init(_ setUp: TourSetUp) throws {
    guard let name = setUp.workload else {
      let reader = HostReader()
      self.init(
        name: reader.title, summary: setUp.summary, input: .kernel(reader, interval: 1, traffic: nil))
      return
    }
    var settings = WorkloadSettings(try WorkloadCatalog.workload(name))
    try settings.set(setUp.changes)
    let chosen = settings
    self.init(
      name: name, summary: setUp.packetText ?? chosen.workload.summary,
      input: .events { chosen.make() }, memoryBytes: setUp.memoryBytes)
  }
}
