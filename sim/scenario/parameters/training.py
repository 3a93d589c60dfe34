"""What is taught, how much, and how it is kept."""

from sim.scenario.parameters.base import Section, assumed, evidence, model, param


class Training(Section):
    """What is taught, how much, and how it is kept."""

    name = "training"

    hours_per_quarter: float = param(
        6.0,
        low=0.0,
        high=520.0,
        unit="hours / rep / quarter",
        doc="Training each rep gets.",
        source=evidence("TRN-14", note="about 2,000 a year at 85 an hour"),
        lever="rep",
    )
    cost_per_hour: float = param(
        85.0,
        low=0.0,
        high=2000.0,
        unit="currency / hour",
        doc="Cost of an hour of training or codification.",
        source=evidence("TRN-14"),
    )
    value_content: float = param(
        0.8,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Share of training on creating value; the rest is closing tactics.",
        source=assumed("mostly value"),
        lever="rep",
    )
    driving_from_closing: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="ratio",
        doc="Worth of closing tactics for driving opportunities, against value-creating content.",
        source=assumed("half of them help a group to conclude"),
    )
    gain_per_hour: float = param(
        0.05,
        low=0.0,
        high=1.0,
        unit="1 / hour",
        doc="Part of the gap to the playbook closed by an hour, before transfer.",
        source=evidence("TRN-01", note="set so that training pays about 23% in productivity"),
    )
    coaching_gain_per_hour: float = param(
        0.014,
        low=0.0,
        high=1.0,
        unit="1 / hour",
        doc="Part of the gap closed by an hour of coaching.",
        source=evidence("TRN-12", note="coaching multiplies training"),
    )
    transfer_alone: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Transfer of training without coaching.",
        source=evidence("TRN-11", "TRN-12", note="order only"),
    )
    transfer_coached: float = param(
        1.0,
        low=0.0,
        high=2.0,
        unit="share",
        doc="Further transfer with full coaching.",
        source=evidence("TRN-11", "TRN-12", note="order only"),
    )
    transfer_unwilling: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Transfer left without goal clarity, without trust or without motivation, for each of them.",
        source=assumed("half is learned by whoever sits through it"),
    )
    coaching_half_hours: float = param(
        0.7,
        low=0.01,
        high=10.0,
        unit="hours / rep / week",
        doc="Coaching at which half its effect on transfer is reached.",
        source=evidence("MGR-05", "MGR-06", note="3 hours a month is about 0.7 a week"),
    )
    half_life_months: float = param(
        9.0,
        low=0.5,
        high=120.0,
        unit="months",
        doc="Half-life of trained method without use or reinforcement.",
        source=evidence("TRN-06", "TRN-07", note="between accuracy and mixed measures"),
    )
    reinforcement: float = param(
        1.2,
        low=0.0,
        high=2.0,
        unit="ratio",
        doc="Part of forgetting that full coaching prevents (bounded by none left).",
        source=evidence("TRN-12", note="order only"),
    )
    budget_share: float = param(
        0.02,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Share of gross margin for training where it funds itself.",
        source=assumed("usual order of size"),
    )
    initial_playbook: float = param(
        0.75,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Quality of the playbook at the start.",
        source=assumed("by phase, see presets"),
        when="start",
    )
    codification_hours_per_quarter: float = param(
        60.0,
        low=0.0,
        high=5000.0,
        unit="hours / quarter",
        doc="Hours spent putting star practice into the playbook.",
        source=assumed("a tenth of one person"),
        lever="organization",
    )
    codification_gain_per_hour: float = param(
        0.004,
        low=0.0,
        high=1.0,
        unit="1 / hour",
        doc="Part of the gap to star practice closed by an hour.",
        source=assumed("a person-year writes most of it down"),
    )
    playbook_ageing: float = param(
        0.05,
        low=0.0,
        high=2.0,
        unit="1 / year",
        doc="Playbook lost as the market moves.",
        source=assumed("a tenth a year"),
    )
    star_scale: float = param(
        0.65,
        low=0.1,
        high=20.0,
        unit="ratio",
        doc="Capability at which 63% of what can be described is reached.",
        source=assumed("gifts cannot be written down in full"),
    )
    star_share: float = param(
        0.1,
        low=0.01,
        high=1.0,
        unit="share",
        doc="Share of reps, by bookings over territory potential, whose practice goes into the playbook.",
        source=model("section 5, training: the top decile"),
    )
