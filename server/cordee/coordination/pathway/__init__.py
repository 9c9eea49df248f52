"""Protocolised pathways: a PlanDefinition applied to a person, and the steps that follow."""
