"""The style loss of Gatys, Ecker and Bethge 2015: distances of Gram matrices of a VGG network."""

from stylewalk.style.along import Gram
from stylewalk.style.network_metric import layer_settings, plain

DESCRIPTION = "Style loss: squared distances of Gram matrices of the style network's features."
SETTINGS = layer_settings("Gram matrices")
fit, metric = plain(Gram())
